# costs.awk: what studies of other sizes are predicted to cost, and what the largest run here cost beside its prediction.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v table=predicted|largest [-v statistics=STAGE,…] -f columns.awk -f tex.awk -f costs.awk MODEL.tsv... largest.tsv predicted/largest.tsv > costs.tex
# predicted: of predict-cost's tables, each called after its model. largest: of what was measured, and of its prediction.

BEGIN { program = "costs.awk" }
FNR == 1 {
	read_header()
	file = FILENAME; sub(/.*\//, "", file); sub(/\.tsv$/, "", file)
	measured = "shape" in column
	next
}
table == "predicted" && cell("stage") == "all" { next }
table == "predicted" {
	key = file SUBSEP cell("sentences") SUBSEP cell("cores")
	if (!(key in seen)) { seen[key]; keys[++n] = key }
	part = is_statistic(cell("stage")) ? "statistics" : "encoder"
	seconds[key, part] += cell("seconds")
	if (cell("memory_mb") + 0 > memory[key, part] + 0) memory[key, part] = cell("memory_mb")
	disk[key] += cell("disk_mb")
}
table == "largest" && measured {
	stage[++n] = cell("stage")
	for (i in column) was[cell("stage"), i] = $column[i]
}
table == "largest" && !measured { for (i in column) said[cell("stage"), i] = $column[i] }

function is_statistic(stage) { return index("," statistics ",", "," stage ",") }
function whole(s) { gsub(/-/, "{-}", s); return s } # two hyphens, not a dash
function rounded(x) { return number(x < 9.95 ? sprintf("%.1f", x) : sprintf("%.0f", x)) }
function duration(s) {
	return s < 120 ? rounded(s) "\\,s" : s < 7200 ? rounded(s / 60) "\\,min" : s < 172800 ? rounded(s / 3600) "\\,h" : \
		rounded(s / 86400) "\\,days"
}
function size(mb) { return mb < 1000 ? rounded(mb) "\\,MB" : mb < 1e6 ? rounded(mb / 1000) "\\,GB" : rounded(mb / 1e6) "\\,TB" }

function write_predicted(   i, part, last) {
	print "\\begin{tabular}{@{}lrrrrrrr@{}}"
	print "\\toprule"
	print "& & & \\multicolumn{2}{c}{Encoder, in shards} & \\multicolumn{2}{c}{Statistics, in one} & \\\\"
	print "\\cmidrule(lr){4-5}\\cmidrule(lr){6-7}"
	print "Model & Sentences & Cores & time & memory & time & memory & Disk \\\\"
	for (i = 1; i <= n; i++) {
		split(keys[i], part, SUBSEP)
		if (part[1] != last) print "\\midrule"
		print (part[1] == last ? "" : "\\code{" part[1] "}") " & " number(part[2]) " & " number(part[3]) " & " \
			duration(seconds[keys[i], "encoder"]) " & " size(memory[keys[i], "encoder"]) " & " \
			duration(seconds[keys[i], "statistics"]) " & " size(memory[keys[i], "statistics"]) " & " size(disk[keys[i]]) " \\\\"
		last = part[1]
	}
}
function write_largest(   i, s) {
	print "\\begin{tabular}{@{}lrrrrrr@{}}"
	print "\\toprule"
	print "& \\multicolumn{2}{c}{Time} & \\multicolumn{2}{c}{Memory of a shard} & \\multicolumn{2}{c}{Disk} \\\\"
	print "\\cmidrule(lr){2-3}\\cmidrule(lr){4-5}\\cmidrule(l){6-7}"
	print "Stage & predicted & measured & predicted & measured & predicted & measured \\\\"
	print "\\midrule"
	for (i = 1; i <= n; i++) {
		s = stage[i]
		print "\\code{" whole(s) "} & " duration(said[s, "seconds"]) " & " duration(was[s, "seconds"]) " & " \
			size(said[s, "memory_mb"]) " & " size(was[s, "memory_mb"]) " & " \
			size(said[s, "disk_mb"]) " & " size(was[s, "disk_mb"]) " \\\\"
	}
}

END {
	if (table == "predicted") write_predicted(); else write_largest()
	print "\\bottomrule"
	print "\\end{tabular}"
}
