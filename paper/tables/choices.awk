# choices.awk: what changing one choice and nothing else does to each method of the series: in which share of the pairs of
# specifications the sign turns, by how much r moves, and how many pairs there are.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f specifications.awk -f choices.awk multiverse.tsv > choices.tex

BEGIN { program = "choices.awk"; undefined = "--" }

function magnitude(x,   s) { s = fixed(x, 2); sub(/^0\./, ".", s); return s }

END {
	if (failed) exit 1
	print "\\begin{tabular}{@{}l *{" of_series "}{@{\\hspace{3pt}}r}@{}}"
	print "\\toprule"
	printf "Choice"
	for (k = 1; k <= of_series; k++) printf " & \\parbox[b]{1.4cm}{\\raggedleft\\name{%s}}", series_method[k]
	print " \\\\"
	print "\\midrule"
	for (d = 1; d <= dimensions; d++) {
		printf "\\val{choice/%s}", dimension[d]
		for (k = 1; k <= of_series; k++) {
			compare_choices(experiment, series_method[k], dimension[d])
			printf " & %s", pairs ? fixed(flips, 0) " (" magnitude(moves) ") {\\scriptsize " pairs "}" : undefined
		}
		print " \\\\"
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
