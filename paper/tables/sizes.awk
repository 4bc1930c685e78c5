# sizes.awk: OAN and the Taylor criterion against ablation from rising numbers of sentences, in every experiment.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f sizes.awk NAME/sizes.tsv... > sizes.tex
# In parentheses: the ablation from so many sentences is not reliable.

BEGIN { program = "sizes.awk"; undefined = "--" }

function cells(e, n, m,   reliability) {
	reliability = size_of(e, n, m, "reliability")
	return " & " doubtful(short(size_of(e, n, m, "spearman")), reliability) " & " \
		doubtful(short(size_of(e, n, m, "cross_fitted")), reliability) " & " \
		doubtful(short(size_of(e, n, m, "corrected")), reliability)
}

END {
	print "\\begin{tabular}{@{}lrrrrrrrr@{}}"
	print "\\toprule"
	print "& & & \\multicolumn{3}{c}{\\name{oan}} & \\multicolumn{3}{c}{\\name{taylor}} \\\\"
	print "\\cmidrule(lr){4-6}\\cmidrule(l){7-9}"
	print "Experiment & $n$ & reliability & $r$ & cross-fitted & corrected & $r$ & cross-fitted & corrected \\\\"
	for (i = 1; i <= sized; i++) {
		e = sized_one[i]
		print i == 1 ? "\\midrule" : "\\addlinespace"
		for (j = 1; j <= sizes[e]; j++)
			print (j == 1 ? "\\experiment{" e "}" : "") " & " number(size[e, j]) " & " \
				number(fixed(size_of(e, size[e, j], "oan", "reliability"), 2)) cells(e, size[e, j], "oan") cells(e, size[e, j], "taylor") " \\\\"
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
