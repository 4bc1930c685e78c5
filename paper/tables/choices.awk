# choices.awk: what changing one choice and nothing else does to each method of the series: in which share of the pairs of
# specifications the sign turns, by how much r moves, and how many pairs there are.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f specifications.awk -f choices.awk multiverse.tsv > choices.tex

BEGIN { program = "choices.awk"; undefined = "--" }

function magnitude(x,   s) { s = fixed(x, 2); sub(/^0\./, ".", s); return s }

# Two lines: what the choice does, and in how many pairs.
function row(d,   k, text, below) {
	for (k = 1; k <= of_series; k++) {
		compare_choices(experiment, series_method[k], d)
		text = text " & " (pairs ? fixed(flips, 0) " (" magnitude(moves) ")" : undefined)
		below = below " & " (pairs ? "{\\scriptsize " pairs "}" : "")
	}
	print "\\val{choice/" d "}" text " \\\\"
	print "\\quad{\\scriptsize pairs}" below " \\\\"
}

END {
	print "\\begin{tabular}{@{}l *{" of_series "}{r}@{}}"
	print "\\toprule"
	printf "Choice"
	for (k = 1; k <= of_series; k++) printf " & \\parbox[b]{1.5cm}{\\raggedleft\\name{%s}}", series_method[k]
	print " \\\\"
	print "\\midrule"
	for (k = 1; k <= dimensions; k++) row(dimension[k])
	print "\\bottomrule"
	print "\\end{tabular}"
}
