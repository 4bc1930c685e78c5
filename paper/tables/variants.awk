# variants.awk: every other score and control against ablation.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f variants.awk methods.tsv > variants.tex

BEGIN {
	program = "variants.awk"; undefined = "{--}"
	elsewhere = " oan tam random taylor attnorm entinv gradmag actmag layer oracle " # in other tables
}

function row(m,   interval_text) {
	interval_text = interval(score_of(experiment, m, "ci_low"), score_of(experiment, m, "ci_high"))
	print "\\code{" tex(m) "} & \\about{" m "} & " signed(score_of(experiment, m, "spearman")) " & " \
		(interval_text == undefined ? "--" : interval_text) " & " p_value(score_of(experiment, m, "p")) " & " \
		signed(score_of(experiment, m, "layer_spearman")) " \\\\"
}

END {
	print "\\begin{tabular}{@{}ll S[table-format=+1.2] c S[table-format=<1.3] S[table-format=+1.2]@{}}"
	print "\\toprule"
	print "Score & Definition & {$r$} & 95\\,\\% interval & {$p$} & {layers} \\\\"
	print "\\midrule"
	for (i = 1; i <= count[experiment, "method"]; i++)
		if (!index(elsewhere, " " method[experiment, i] " ")) row(method[experiment, i])
	print "\\bottomrule"
	print "\\end{tabular}"
}
