# classes.awk: OAN against ablation one class at a time, in every experiment that was run; published values beside it.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f classes.awk ROLES.tsv published.tsv TABLES... > classes.tex
# In parentheses: the ablation of the class is not reliable.

BEGIN { program = "classes.awk"; undefined = "--" }

function row(e, repeats, name,   text, label) {
	label = name == "mean" ? "mean of these" : name == "all" ? "all, as few" : name
	text = "\\quad " tex(label) " & " number(class_of(e, name, "raw", "oan", "sentences"))
	text = text " & " number(signed(published_of(repeats, "oan", "spearman_" (name == "mean" ? "class_mean" : name))))
	print text truth_cells(e, name, "raw") truth_cells(e, name, "centred") " \\\\"
}

function truth_cells(e, name, truth,   reliability, text) {
	reliability = class_of(e, name, truth, "oan", "reliability")
	text = " & " doubtful(number(signed(class_of(e, name, truth, "oan", "spearman"))), reliability)
	text = text " & " doubtful(number(signed(class_of(e, name, truth, "oan", "cross_fitted"))), reliability)
	text = text " & " doubtful(narrow(class_of(e, name, truth, "oan", "cross_fitted_low"), \
		class_of(e, name, truth, "oan", "cross_fitted_high")), reliability)
	return text " & " doubtful(number(fixed(reliability, 2)), reliability)
}

function group(e, repeats,   i) {
	if (groups++) print "\\addlinespace"
	print "\\multicolumn{11}{@{}l}{\\experiment{" e "}} \\\\"
	for (i = 1; i <= count[e, "class"]; i++) row(e, repeats, class[e, i])
}

END {
	print "\\begin{tabular}{@{}l r r rrcr rrcr@{}}"
	print "\\toprule"
	print "&&& \\multicolumn{4}{c}{as measured} & \\multicolumn{4}{c}{without the constant effect} \\\\"
	print "\\cmidrule(lr){4-7} \\cmidrule(l){8-11}"
	print "Class & $n$ & published & same & \\multicolumn{2}{c}{crossed} & rel. & same & \\multicolumn{2}{c}{crossed} & rel. \\\\"
	print "\\midrule"
	for (i = 1; i <= roles; i++) if (is_run(i)) group(role[i, "experiment"], role[i, "repeats"])
	print "\\bottomrule"
	print "\\end{tabular}"
}
