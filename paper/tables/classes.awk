# classes.awk: OAN against ablation one class at a time, in every experiment that was run; published values beside it.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f classes.awk ROLES.tsv published.tsv TABLES... > classes.tex

BEGIN { program = "classes.awk"; undefined = "--" }

function row(e, repeats, name,   text, label) {
	label = name == "mean" ? "mean of these" : name == "all" ? "all, as few" : name
	text = "\\quad " tex(label) " & " number(class_of(e, name, "raw", "oan", "sentences"))
	text = text " & " number(signed(published_of(repeats, "oan", "spearman_" (name == "mean" ? "class_mean" : name))))
	print text truth_cells(e, name, "raw") truth_cells(e, name, "centred") " \\\\"
}

function truth_cells(e, name, truth,   text) {
	text = " & " number(signed(class_of(e, name, truth, "oan", "spearman")))
	text = text " & " number(signed(class_of(e, name, truth, "oan", "cross_fitted")))
	text = text " & " interval(class_of(e, name, truth, "oan", "ci_low"), class_of(e, name, truth, "oan", "ci_high"))
	return text " & " number(fixed(class_of(e, name, truth, "oan", "reliability"), 2))
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
	print "Class & $n$ & published & $r$ & cross & 95\\,\\% interval & rel. & $r$ & cross & 95\\,\\% interval & rel. \\\\"
	print "\\midrule"
	for (i = 1; i <= roles; i++) if (is_run(i)) group(role[i, "experiment"], role[i, "repeats"])
	print "\\bottomrule"
	print "\\end{tabular}"
}
