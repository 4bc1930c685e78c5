# temperatures.awk: gradient scores at full depth with the logits divided by a temperature, means over the runs that the
# rule leaves.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f temperatures.awk rule.tsv plan.tsv ... RUN/snapshots.tsv... > temperatures.tex

BEGIN { program = "temperatures.awk"; undefined = "--" }

# The mean over the runs of a condition of the rule's coefficient, under the reading `max`; averaged: how many runs.
function mean_of(condition, method,   key, field, x, sum) {
	averaged = 0
	for (key in snapshot) {
		split(key, field, SUBSEP)
		if (field[2] != "max" || field[3] != method || field[4] != rule["coefficient"]) continue
		if (condition_of(field[1]) != condition || !known(x = snapshot[key])) continue
		if ((field[1], snapshot[field[1], "max", method, "step"], "max") in is_omitted) continue
		sum += x; averaged++
	}
	return averaged ? sum / averaged : "NA"
}

function row(condition,   i, text) {
	if (!runs_of[condition]) return
	for (i = 1; i <= n; i++) text = text " & " number(signed(mean_of(condition, "taylor" suffix[i])))
	for (i = 1; i <= n; i++) text = text " & " number(signed(mean_of(condition, "gradmag" suffix[i])))
	print "\\code{" condition "} & " averaged text " \\\\"
}

END {
	n = split(",_t2,_t4,_t8,_tinf", suffix, ",")
	print "\\begin{tabular}{@{}lr *{" n "}{r}@{\\hspace{1.5em}} *{" n "}{r}@{}}"
	print "\\toprule"
	print "& & \\multicolumn{" n "}{c}{\\name{taylor}} & \\multicolumn{" n "}{c}{\\name{gradmag}} \\\\"
	print "\\cmidrule(lr){3-" n + 2 "} \\cmidrule(l){" n + 3 "-" 2 * n + 2 "}"
	print "Condition & Runs & $\\tau = 1$ & 2 & 4 & 8 & $\\infty$ & $\\tau = 1$ & 2 & 4 & 8 & $\\infty$ \\\\"
	print "\\midrule"
	m = split("four ws-bt wb-st wt-sb sst2 w-s w-b w-t s-b s-t b-t", name, " ")
	for (i = 1; i <= m; i++) row(name[i])
	print "\\bottomrule"
	print "\\end{tabular}"
}
