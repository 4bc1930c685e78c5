# convergence.awk: what figures/convergence.gp draws: r of OAN over depth, a block of lines a run.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f figures/convergence.awk rule.tsv RUN/snapshots.tsv... > convergence.tsv
# series: four, the four-class network under `max`; read, the same under its group readings (their mean); trained,
# networks trained on groups; sst2. Snapshots that the rule drops are left out.

BEGIN { FS = OFS = "\t"; print "series", "run", "step", "depth", "r" }
FNR == 1 { split("", column); for (i = 1; i <= NF; i++) column[$i] = i; is_rule = "meaning" in column; next }
is_rule { rule[$1] = $2; next }
$column["method"] != rule["method"] { next }
$column["held_out_accuracy"] < $column["chance"] + rule["accuracy_above_chance"] { next }
{
	reliability = $column["reliability"]; r = $column[rule["coefficient"]]
	if (reliability == "NA" || reliability < rule["least_reliability"] || r == "NA") next
	run = $column["run"]; reading = $column["reading"]; step = $column["step"]
	condition = run; sub(/-s[0-9]+$/, "", condition)
	if (condition == rule["four_class"])
		series = reading == "max" ? "four" : index("," rule["groupings"] ",", "," reading ",") ? "read" : ""
	else if (index("," rule["groupings"] ",", "," condition ","))
		series = "trained"
	else
		series = condition == rule["sentiment"] ? "sst2" : ""
	if (!series) next
	key = series SUBSEP run
	if (!seen[key]++) order[++count] = key
	if (!((key, step) in number)) steps[key, ++length_of[key]] = step
	depth[key, step] = $column["depth"]; sum[key, step] += r; number[key, step]++
}
END {
	for (i = 1; i <= count; i++) {
		key = order[i]; split(key, field, SUBSEP)
		if (i > 1) print ""
		for (j = 1; j <= length_of[key]; j++) {
			step = steps[key, j]
			print field[1], field[2], step, depth[key, step], sum[key, step] / number[key, step]
		}
	}
}
