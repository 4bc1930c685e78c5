# conditions.awk: the conditions of the controlled design, how many of their runs are here, and OAN at full depth.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f conditions.awk rule.tsv plan.tsv parts.tsv runs.tsv ... > conditions.tex

BEGIN { program = "conditions.awk"; undefined = "--" }

function row(name) {
	print "\\code{" name "} & \\name{condition/" name "} & " runs_of[name] + 0 " of " planned["runs/" name] " & " \
		left_of(name) " & " \
		number(signed(part_of("full_depth", name, "estimate"))) " & " \
		interval(part_of("full_depth", name, "low"), part_of("full_depth", name, "high")) " \\\\"
}

# How many of its runs the rule leaves at full depth.
function left_of(name) { return known(part_of("full_depth", name, "seeds")) ? part_of("full_depth", name, "seeds") : 0 }

END {
	print "\\begin{tabular}{@{}llrrrc@{}}"
	print "\\toprule"
	print "Condition & Classes & Runs here & left & $r$ at full depth & 95\\,\\% interval \\\\"
	print "\\midrule"
	n = split("four ws-bt wb-st wt-sb", name, " ")
	for (i = 1; i <= n; i++) row(name[i])
	print "\\midrule"
	n = split("sst2 w-s w-b w-t s-b s-t b-t", name, " ")
	for (i = 1; i <= n; i++) row(name[i])
	print "\\bottomrule"
	print "\\end{tabular}"
}
