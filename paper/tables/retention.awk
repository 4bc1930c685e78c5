# retention.awk: the margin that is left at every budget, by method; published values beside it.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT -f tsv.awk -f retention.awk published.tsv methods.tsv retention.tsv > retention.tex
# A column of published values for each budget of which the series has any.

BEGIN { program = "retention.awk"; undefined = "--" }

function row(m,   i, text) {
	text = "\\name{" m "}" kept_cells(m, "margin")
	for (i = 1; i <= budgets; i++) if (publishes(repeats, "retention_k" k[i]))
		text = text " & " number(fixed(published_of(repeats, m, "retention_k" k[i]), 1))
	print text " \\\\"
}

function kept_cells(m, c,   i, text) {
	for (i = 1; i <= budgets; i++) text = text " & " number(fixed(kept_of(m, k[i], c), 0))
	return text
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
	print "\\begin{tabular}{@{}l *{" budgets "}{@{\\hspace{10pt}}r}" (published_columns ? " *{" published_columns "}{r}" : "") "@{}}"
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
	print "\\quad 2.5\\,\\% quantile" kept_cells("random", "margin_low") " \\\\"
	print "\\quad 97.5\\,\\% quantile" kept_cells("random", "margin_high") " \\\\"
	print "\\midrule"
	row("oracle")
	print "\\bottomrule"
	print "\\end{tabular}"
}
