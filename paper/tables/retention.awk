# retention.awk: the margin that is left at every budget, by method; published values beside it.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT -f tsv.awk -f retention.awk published.tsv methods.tsv retention.tsv [chance.tsv] > retention.tex
# Of each method: on the sentences that rank, and cross-fitted with its 95 % interval. A column of published values for
# each budget of which the series has any.

BEGIN { program = "retention.awk"; undefined = "--" }

function method_rows(m,   i, same, crossed, below) {
	for (i = 1; i <= budgets; i++) {
		same = same " & " whole(kept_of(m, k[i], "margin"))
		crossed = crossed " & " whole(kept_of(m, k[i], "cross_fitted"))
		below = below " & " range(kept_of(m, k[i], "cross_fitted_low"), kept_of(m, k[i], "cross_fitted_high"))
	}
	print "\\name{" m "}" same published_cells(m) " \\\\"
	print "\\quad crossed" crossed " \\\\"
	print below " \\\\"
}

function published_cells(m,   i, text) {
	for (i = 1; i <= budgets; i++) if (publishes(repeats, "retention_k" k[i]))
		text = text " & " number(fixed(published_of(repeats, m, "retention_k" k[i]), 1))
	return text
}

function random_rows(   i, mean, below) {
	for (i = 1; i <= budgets; i++) {
		mean = mean " & " whole(kept_of("random", k[i], "margin"))
		below = below " & " range(kept_of("random", k[i], "margin_low"), kept_of("random", k[i], "margin_high"))
	}
	print "\\name{random}" mean published_cells("random") " \\\\"
	print below " \\\\"
}

# Many more rankings, where they were adopted.
function chance_rows(m, title,   i, mean, below) {
	if (!known(chance_of(experiment, m, k[1], "draws"))) return
	for (i = 1; i <= budgets; i++) {
		mean = mean " & " whole(chance_of(experiment, m, k[i], "margin"))
		below = below " & " range(chance_of(experiment, m, k[i], "margin_low"), chance_of(experiment, m, k[i], "margin_high"))
	}
	print "\\quad " chance_of(experiment, m, k[1], "draws") " " title mean " \\\\"
	print below " \\\\"
}

function whole(x) { return number(fixed(x, 0)) }
function range(low, high) { return known(low) ? "{\\scriptsize[" fixed(low, 0) ", " fixed(high, 0) "]}" : "" }
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
	print "\\begin{tabular}{@{}l *{" budgets "}{@{\\hspace{5pt}}c}" (published_columns ? " *{" published_columns "}{r}" : "") "@{}}"
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
	print "\\midrule"
	random_rows()
	chance_rows("random", "rankings")
	chance_rows("random_layers", "by layer")
	print "\\bottomrule"
	print "\\end{tabular}"
}
