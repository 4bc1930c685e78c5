# readings.awk: the logits of one network read as a margin in several ways, and how well scores predict each.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f readings.awk readings.tsv > readings.tex

BEGIN { program = "readings.awk"; undefined = "--" }

function row(r,   i, text) {
	text = "\\name{reading/" r "} & " number(fixed(read_of(experiment, r, "oan", "margin"), 2))
	text = text " & " number(fixed(read_of(experiment, r, "oan", "reliability"), 2))
	for (i = 1; i <= n; i++) text = text " & " number(signed(read_of(experiment, r, name[i], "spearman")))
	text = text " & " number(signed(read_of(experiment, r, "oan", "cross_fitted")))
	print text " & " number(signed(read_of(experiment, r, "oan", "within_layer"))) " \\\\"
}

END {
	n = split("oan tam taylor attnorm entinv", name, " ")
	print "\\begin{tabular}{@{}l rr *{" n "}{r} rr@{}}"
	print "\\toprule"
	print "& Mean & Relia- & \\multicolumn{" n "}{c}{Spearman's $r$ with ablation} & \\multicolumn{2}{c}{$r$ of OAN} \\\\"
	print "\\cmidrule(lr){4-" n + 3 "} \\cmidrule(l){" n + 4 "-" n + 5 "}"
	printf "Reading & margin & bility"
	for (i = 1; i <= n; i++) printf " & \\name{%s}", name[i]
	print " & cross & within \\\\"
	print "\\midrule"
	for (j = 1; j <= count[experiment, "reading"]; j++) row(reading[experiment, j])
	print "\\bottomrule"
	print "\\end{tabular}"
}
