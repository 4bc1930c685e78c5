# retention.awk: the margin that is left at every budget, by method; published values beside it.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT -f tsv.awk -f retention.awk published.tsv methods.tsv retention.tsv \
#   [criteria-kept.tsv] [chance.tsv] > retention.tex
# Of each method: on the sentences that rank, and cross-fitted with its 95 % interval. A column of published values for
# each budget of which the series has any.

BEGIN { program = "retention.awk"; undefined = "--" }

function method_rows(m) {
	print "\\name{" m "}" kept_cells(m, "margin") published_cells(m) " \\\\"
	print "\\quad crossed" kept_cells(m, "cross_fitted") " \\\\"
	print "\\quad\\quad from" kept_cells(m, "cross_fitted_low") " \\\\"
	print "\\quad\\quad to" kept_cells(m, "cross_fitted_high") " \\\\"
}

function kept_cells(m, c,   i, text) {
	for (i = 1; i <= budgets; i++) text = text " & " whole(kept_of(m, k[i], c))
	return text
}

# Greedy removal chooses by one half of the sentences and is measured on the other, where it was adopted.
function greedy_rows() {
	if (!known(beside_oan_of(experiment, "greedy_cross", k[1], "margin"))) return
	print "\\name{greedy_cross}" greedy_cells("margin") " \\\\"
	print "\\quad\\quad from" greedy_cells("low") " \\\\"
	print "\\quad\\quad to" greedy_cells("high") " \\\\"
}

function greedy_cells(c,   i, text) {
	for (i = 1; i <= budgets; i++) text = text " & " whole(beside_oan_of(experiment, "greedy_cross", k[i], c))
	return text
}

function published_cells(m,   i, text) {
	for (i = 1; i <= budgets; i++) if (publishes(repeats, "retention_k" k[i]))
		text = text " & " number(fixed(published_of(repeats, m, "retention_k" k[i]), 1))
	return text
}

function random_rows() {
	print "\\name{random}" kept_cells("random", "margin") published_cells("random") " \\\\"
	print "\\quad from" kept_cells("random", "margin_low") " \\\\"
	print "\\quad to" kept_cells("random", "margin_high") " \\\\"
}

# Many more rankings, where they were adopted.
function chance_rows(m, title) {
	if (!known(chance_of(experiment, m, k[1], "draws"))) return
	print "\\addlinespace"
	print title ", " chance_of(experiment, m, k[1], "draws") chance_cells(m, "margin") " \\\\"
	print "\\quad from" chance_cells(m, "margin_low") " \\\\"
	print "\\quad to" chance_cells(m, "margin_high") " \\\\"
}

function chance_cells(m, c,   i, text) {
	for (i = 1; i <= budgets; i++) text = text " & " whole(chance_of(experiment, m, k[i], c))
	return text
}

function whole(x) { return number(fixed(x, 0)) }
function kept_of(m, k, c) { return (experiment, m, k, c) in kept ? kept[experiment, m, k, c] : "NA" }

END {
	for (i = 1; i <= count[experiment, "heading"]; i++)
		if (heading[experiment, i] ~ /^retention_k/) k[++budgets] = substr(heading[experiment, i], 12)
	for (i = 1; i <= budgets; i++) {
		shares = shares " & " whole(kept_of("oan", k[i], "share"))
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
