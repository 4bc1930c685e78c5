# harmful.awk: how many heads raise the margin when they are removed, of all sentences and by class.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f harmful.awk classes.tsv harmful.tsv > harmful.tex

BEGIN { program = "harmful.awk" }

function row(k,   text, t) {
	text = tex(k)
	for (t = 1; t <= 2; t++)
		text = text " & " harm[experiment, k, truth[t], "heads"] + 0 " & " harm[experiment, k, truth[t], "below"] + 0 \
			" & " harm[experiment, k, truth[t], "holm"] + 0
	print text " \\\\"
}

END {
	split("raw centred", truth, " ")
	print "\\begin{tabular}{@{}l rrr *{3}{@{\\hspace{14pt}}r}@{}}"
	print "\\toprule"
	print "& \\multicolumn{3}{c}{as measured} & \\multicolumn{3}{c}{without the constant effect} \\\\"
	print "\\cmidrule(lr){2-4} \\cmidrule(l){5-7}"
	print "Sentences & heads & interval & Holm & heads & interval & Holm \\\\"
	print "\\midrule"
	row("all")
	print "\\addlinespace"
	for (i = 1; i <= count[experiment, "class"]; i++)
		if (class[experiment, i] != "all" && class[experiment, i] != "mean") row(class[experiment, i])
	print "\\bottomrule"
	print "\\end{tabular}"
}
