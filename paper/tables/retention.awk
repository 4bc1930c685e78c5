# retention.awk: the margin that is left at every budget, by method; published values beside it.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT -f tsv.awk -f retention.awk published.tsv methods.tsv retention.tsv > retention.tex
# A column of published values for each budget of which the series has any.

BEGIN { program = "retention.awk"; undefined = "--" }

function row(m,   i, text) {
	text = "\\name{" m "}"
	for (i = 1; i <= budgets; i++) text = text " & " number(fixed(kept_of(m, k[i], "margin"), 0))
	for (i = 1; i <= budgets; i++) if (publishes(repeats, "retention_k" k[i]))
		text = text " & " number(fixed(published_of(repeats, m, "retention_k" k[i]), 1))
	print text " \\\\"
}

# Of the random rankings, the range of 95 %.
function range_row(   i, text) {
	for (i = 1; i <= budgets; i++) {
		text = text " & " number(fixed(kept_of("random", k[i], "margin_low"), 0))
		text = text "--" number(fixed(kept_of("random", k[i], "margin_high"), 0))
	}
	print "\\quad 95\\,\\% of them" text " \\\\"
}

function kept_of(m, k, c) { return (experiment, m, k, c) in kept ? kept[experiment, m, k, c] : "NA" }

END {
	for (i = 1; i <= count[experiment, "heading"]; i++)
		if (heading[experiment, i] ~ /^retention_k/) k[++budgets] = substr(heading[experiment, i], 12)
	for (i = 1; i <= budgets; i++) if (publishes(repeats, "retention_k" k[i])) {
		published_columns++
		published_heads = published_heads " & $k=" k[i] "$"
	}
	last = budgets + 1
	print "\\begin{tabular}{@{}l *{" budgets "}{c}" (published_columns ? " *{" published_columns "}{r}" : "") "@{}}"
	print "\\toprule"
	print "& \\multicolumn{" budgets "}{c}{Margin kept (\\%) with $k$ heads removed}" \
		(published_columns ? " & \\multicolumn{" published_columns "}{c}{published}" : "") " \\\\"
	print "\\cmidrule(lr){2-" last "}" \
		(published_columns ? " \\cmidrule(l){" last + 1 "-" last + published_columns "}" : "")
	printf "Method"
	for (i = 1; i <= budgets; i++) printf " & %s", k[i]
	print published_heads " \\\\"
	print "\\midrule"
	n = split("oan tam taylor attnorm entinv random", name, " ")
	for (i = 1; i <= n; i++) row(name[i])
	range_row()
	print "\\midrule"
	row("oracle")
	print "\\bottomrule"
	print "\\end{tabular}"
}
