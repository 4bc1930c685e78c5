# multiverse.awk: what the specifications of each method of the series amount to.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT $(TSV) -f specifications.awk -f multiverse.awk published.tsv multiverse.tsv > multiverse.tex

BEGIN { program = "multiverse.awk"; undefined = "--" }

function row(m,   sorted, values, n, kept, old, turning) {
	n = sort_specifications(experiment, m, sorted)
	kept = choose(experiment, m, sorted, n, "", "", 1, values)
	old = published_of(repeats, m, "spearman")
	turning = turning_choice(experiment, m)
	printf "%s & %d & %d & %s & %s & %s", short_name(m), kept, n - kept, short(quantile(values, kept, 0.5)),
		short(quantile(values, kept, 0)), short(quantile(values, kept, 1))
	printf " & %s", kept ? fixed(100 - share_below(values, kept, 0), 0) : undefined
	printf " & %s & %s", short(old), known(old) && kept ? fixed(share_below(values, kept, old), 0) : undefined
	printf " & %s & %s \\\\\n", turning == "" ? "none" : "\\val{choice/" turning "}", turning == "" ? undefined : fixed(most_flips, 0)
}

END {
	print "\\begin{tabular}{@{}l *{6}{r} rr lr@{}}"
	print "\\toprule"
	print "& \\multicolumn{2}{c}{Specifications} & \\multicolumn{4}{c}{$r$ of the reliable} & \\multicolumn{2}{c}{Published} & " \
		"\\multicolumn{2}{c}{Most turns of sign} \\\\"
	print "\\cmidrule(lr){2-3} \\cmidrule(lr){4-7} \\cmidrule(lr){8-9} \\cmidrule(l){10-11}"
	print "Method & reliable & other & median & least & largest & \\% $> 0$ & $r$ & \\% below & choice & \\% \\\\"
	print "\\midrule"
	for (k = 1; k <= of_series; k++) row(series_method[k])
	print "\\bottomrule"
	print "\\end{tabular}"
}
