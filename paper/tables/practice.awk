# practice.awk: the margin that is left at every budget by what a practitioner can choose from.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f criteria.awk -f practice.awk methods.tsv criteria.tsv costs.tsv greedy.tsv greedy-cross.tsv > practice.tex
# The cost of random rankings is none.

BEGIN { program = "practice.awk"; undefined = "--" }

function margin_of(m, k) {
	if ((experiment, m, k, "margin") in kept) return kept[experiment, m, k, "margin"]
	return score_of(experiment, m, "retention_k" k)
}

function row(m, cost,   i) {
	if (m == "" || seen[m]++) return
	printf "\\name{%s} & %s", m, known(cost) ? number(fixed(cost, cost < 10 ? 1 : 0)) : undefined
	for (i = 1; i <= budgets; i++) printf " & %s", number(fixed(margin_of(m, k[i]), 0))
	print " \\\\"
}

END {
	if (failed) exit 1
	for (i = 1; i <= count[experiment, "heading"]; i++)
		if (heading[experiment, i] ~ /^retention_k/) k[++budgets] = substr(heading[experiment, i], 12)
	print "\\begin{tabular}{@{}lr *{" budgets "}{@{\\hspace{10pt}}r}@{}}"
	print "\\toprule"
	print "& Forward & \\multicolumn{" budgets "}{c}{Margin kept (\\%) with $k$ heads removed} \\\\"
	print "\\cmidrule(l){3-" budgets + 2 "}"
	printf "Criterion & passes"
	for (i = 1; i <= budgets; i++) printf " & %s", k[i]
	print " \\\\"
	print "\\midrule"
	row("random", "NA")
	row("oan", passes_of(experiment, "oan"))
	row(best_of(experiment, "series"), passes_of(experiment, best_of(experiment, "series")))
	row(best_of(experiment, "other"), passes_of(experiment, best_of(experiment, "other")))
	row("oracle", passes_of(experiment, "ablation"))
	print "\\midrule"
	row("greedy", passes_of(experiment, "greedy"))
	row("greedy_cross", passes_of(experiment, "greedy_cross"))
	print "\\bottomrule"
	print "\\end{tabular}"
}
