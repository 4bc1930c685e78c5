# convergence.awk: what figures/convergence.gp draws: r of OAN over depth, a block of lines a run, and the seeds' means.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f columns.awk -f figures/convergence.awk rule.tsv RUN/snapshots.tsv... > convergence.tsv
# series: four, the four-class network under `max`; read, the same under its group readings (their mean); trained,
# networks trained on groups; sst2. Snapshots that the rule drops are left out.
# run `mean`: at each step that enough seeds have, means over the seeds (of each, over its runs) of r and of log depth;
# low, high: r less and plus a standard deviation of the seeds.

BEGIN { program = "convergence.awk"; OFS = "\t"; print "series", "run", "step", "depth", "r", "low", "high" }
FNR == 1 { read_header(); is_rule = "meaning" in column; next }
is_rule { rule[cell("name")] = cell("value"); next }
cell("method") != rule["method"] { next }
cell("held_out_accuracy") < cell("chance") + rule["accuracy_above_chance"] { next }
{
	reliability = cell("reliability"); r = cell(rule["coefficient"])
	if (reliability == "NA" || reliability < rule["least_reliability"] || r == "NA") next
	run = cell("run"); reading = cell("reading"); step = cell("step")
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
	depth[key, step] = cell("depth"); sum[key, step] += r; number[key, step]++
}

# Adds a run's value to those of its series, seed and step.
function pool(series, run, step, depth, r) {
	seed = run; sub(/.*-s/, "", seed)
	if (!((series, step) in at)) at[series, step] = ++places
	place = at[series, step]; name_of[place] = series; step_of[place] = step
	if (!((place, seed) in runs)) seeds[place, ++seeds_of[place]] = seed
	runs[place, seed]++; log_depth[place, seed] += log(depth); r_of[place, seed] += r
}
function print_mean(place,    i, n, seed, value, depth, r, squares, sd) {
	n = seeds_of[place]
	if (n < rule["least_seeds"]) return
	for (i = 1; i <= n; i++) {
		seed = seeds[place, i]; value = r_of[place, seed] / runs[place, seed]
		depth += log_depth[place, seed] / runs[place, seed] / n; r += value / n; squares += value * value
	}
	sd = sqrt((squares - n * r * r) / (n - 1))
	if (name_of[place] != last_series) print ""
	last_series = name_of[place]
	print name_of[place], "mean", step_of[place], exp(depth), r, r - sd, r + sd
}

END {
	for (i = 1; i <= count; i++) {
		key = order[i]; split(key, field, SUBSEP)
		if (i > 1) print ""
		for (j = 1; j <= length_of[key]; j++) {
			step = steps[key, j]; r = sum[key, step] / number[key, step]
			print field[1], field[2], step, depth[key, step], r, "NA", "NA"
			pool(field[1], field[2], step, depth[key, step], r)
		}
	}
	for (s = split("four read trained sst2", names, " "); s > 0; s--)
		for (place = 1; place <= places; place++)
			if (name_of[place] == names[s]) print_mean(place)
}
