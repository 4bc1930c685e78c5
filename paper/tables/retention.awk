# retention.awk: the margin that is left at every budget, by method; published values beside it.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT $(TSV) -f retention.awk published.tsv methods.tsv retention.tsv \
#   [criteria-kept.tsv] [chance.tsv] > retention.tex
# Of each method: on the sentences that rank, and cross-fitted with its 95 % interval. A column of published values for
# each budget of which the series has any.

BEGIN { program = "retention.awk"; undefined = "--" }

function method_rows(m) {
	print "\\name{" m "}" cells("retention", m, "margin") published_cells(m) " \\\\"
	print "\\quad crossed" cells("retention", m, "cross_fitted") " \\\\"
	bounds("\\quad\\quad", "retention", m, "cross_fitted_low", "cross_fitted_high")
}

# Greedy removal chooses by one half of the sentences and is measured on the other, where it was adopted.
function greedy_rows() {
	if (!known(beside_oan_of(experiment, "greedy_cross", k[1], "margin"))) return
	print "\\name{greedy_cross}" cells("beside", "greedy_cross", "margin") " \\\\"
	bounds("\\quad\\quad", "beside", "greedy_cross", "low", "high")
}

function random_rows() {
	print "\\name{random}" cells("retention", "random", "margin") published_cells("random") " \\\\"
	bounds("\\quad", "retention", "random", "margin_low", "margin_high")
}

# Many more rankings, where they were adopted.
function chance_rows(m, title) {
	if (!known(chance_of(experiment, m, k[1], "draws"))) return
	print "\\addlinespace"
	print title ", " chance_of(experiment, m, k[1], "draws") cells("chance", m, "margin") " \\\\"
	bounds("\\quad", "chance", m, "margin_low", "margin_high")
}

function bounds(indent, table, m, low, high) {
	print indent " from" cells(table, m, low) " \\\\"
	print indent " to" cells(table, m, high) " \\\\"
}

# A column of one of the tables at every budget.
function cells(table, m, c,   i, text) {
	for (i = 1; i <= budgets; i++) text = text " & " whole(value_in(table, m, k[i], c))
	return text
}
function value_in(table, m, k, c) {
	if (table == "chance") return chance_of(experiment, m, k, c)
	return table == "beside" ? beside_oan_of(experiment, m, k, c) : retention_of(experiment, m, k, c)
}

function published_cells(m,   i, text) {
	for (i = 1; i <= budgets; i++) if (publishes(repeats, "retention_k" k[i]))
		text = text " & " number(fixed(published_of(repeats, m, "retention_k" k[i]), 1))
	return text
}

function whole(x) { return number(fixed(x, 0)) }

END {
	for (i = 1; i <= count[experiment, "heading"]; i++)
		if (heading[experiment, i] ~ /^retention_k/) k[++budgets] = substr(heading[experiment, i], 12)
	for (i = 1; i <= budgets; i++) {
		shares = shares " & " whole(value_in("retention", "oan", k[i], "share"))
		if (publishes(repeats, "retention_k" k[i])) {
			published_columns++
			published_heads = published_heads " & $k=" k[i] "$"
		}
	}
	last = budgets + 1
	print "\\begin{tabular}{@{}l *{" budgets "}{@{\\hspace{7pt}}r}" (published_columns ? " *{" published_columns "}{r}" : "") "@{}}"
	print "\\toprule"
	print "& \\multicolumn{" budgets "}{c}{Margin kept (\\%) with $k$ heads removed}" \
		(published_columns ? " & \\multicolumn{" published_columns "}{c}{published}" : "") " \\\\"
	print "\\cmidrule(lr){2-" last "}" \
		(published_columns ? " \\cmidrule(l){" last + 1 "-" last + published_columns "}" : "")
	printf "Method"
	for (i = 1; i <= budgets; i++) printf " & %s", k[i]
	print published_heads " \\\\"
	print "\\quad \\% of the heads" shares " \\\\"
	print "\\midrule"
	n = split("oan tam taylor attnorm entinv", name, " ")
	for (i = 1; i <= n; i++) method_rows(name[i])
	method_rows("oracle")
	greedy_rows()
	print "\\midrule"
	random_rows()
	chance_rows("random", "\\name{random}")
	chance_rows("random_layers", "by layer")
	print "\\bottomrule"
	print "\\end{tabular}"
}
