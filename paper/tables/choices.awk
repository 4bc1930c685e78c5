# choices.awk: what changing one choice and nothing else does to each method of the series.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f specifications.awk -f choices.awk multiverse.tsv > choices.tex

BEGIN { program = "choices.awk"; undefined = "--" }

function magnitude(x,   s) { s = fixed(x, 2); sub(/^0\./, ".", s); return s }

END {
	if (failed) exit 1
	print "\\begin{tabular}{@{}l *{" of_series "}{r}@{}}"
	print "\\toprule"
	printf "Choice"
	for (k = 1; k <= of_series; k++) printf " & \\parbox[b]{1.5cm}{\\raggedleft\\name{%s}}", series_method[k]
	print " \\\\"
	print "\\midrule"
	for (d = 1; d <= dimensions; d++) {
		printf "\\val{choice/%s}", dimension[d]
		for (k = 1; k <= of_series; k++) {
			compare_choices(experiment, series_method[k], dimension[d])
			printf " & %s", pairs ? fixed(flips, 0) " (" magnitude(moves) ")" : undefined
		}
		print " \\\\"
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
