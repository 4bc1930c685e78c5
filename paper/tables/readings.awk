# readings.awk: the logits of one network read as a margin in several ways, and how well scores predict each.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f readings.awk readings.tsv > readings.tex

BEGIN { program = "readings.awk"; undefined = "--" }

function row(r,   i, text, same) {
	text = "\\name{reading/" r "} & " number(fixed(read_of(experiment, r, "oan", "margin"), 2))
	text = text " & " number(fixed(read_of(experiment, r, "oan", "reliability"), 2))
	for (i = 1; i <= n; i++) {
		text = text " & " number(signed(read_of(experiment, r, name[i], "cross_fitted")))
		same = same " & " small(signed(read_of(experiment, r, name[i], "spearman")))
	}
	print text " & \\\\"
	print "& &" same " & " small(signed(read_of(experiment, r, "oan", "within_layer"))) " \\\\"
}

function small(x) { return "{\\scriptsize " number(x) "}" }

END {
	n = split("oan tam taylor attnorm entinv", name, " ")
	print "\\begin{tabular}{@{}l rr *{" n "}{r} r@{}}"
	print "\\toprule"
	print "& Mean & Relia- & \\multicolumn{" n "}{c}{Spearman's $r$ with ablation} & within \\\\"
	print "\\cmidrule(lr){4-" n + 3 "}"
	printf "Reading & margin & bility"
	for (i = 1; i <= n; i++) printf " & \\name{%s}", name[i]
	print " & \\name{oan} \\\\"
	print "\\midrule"
	for (j = 1; j <= count[experiment, "reading"]; j++) {
		if (j > 1) print "\\addlinespace"
		row(reading[experiment, j])
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
