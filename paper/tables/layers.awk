# layers.awk: cross-fitted correlations with ablation in every experiment: over all heads, within layers, beyond layers.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f layers.awk ROLES.tsv published.tsv TABLES... > layers.tex
# Intervals: of resampled sentences; over all heads also of resampled sentences and heads.

BEGIN { program = "layers.awk"; undefined = "--" }

function with_interval(e, m, c) {
	return number(signed(score_of(e, m, c))) " & " narrow(score_of(e, m, c "_low"), score_of(e, m, c "_high"))
}
function row(e, m) {
	if (!known(score_of(e, m, "cross_fitted"))) return
	print "\\quad \\name{" m "} & " with_interval(e, m, "cross_fitted") " & " \
		narrow(score_of(e, m, "cross_fitted_heads_low"), score_of(e, m, "cross_fitted_heads_high")) " & " \
		with_interval(e, m, "within_layer_cross_fitted") " & " with_interval(e, m, "partial_layer_cross_fitted") " \\\\"
}

END {
	n = split("oan tam taylor attnorm entinv gradmag layer oan_base oan_other", name, " ")
	print "\\begin{tabular}{@{}l rcc rc rc@{}}"
	print "\\toprule"
	print "& \\multicolumn{3}{c}{All heads} & \\multicolumn{2}{c}{Within layers} & \\multicolumn{2}{c}{Beyond layers} \\\\"
	print "\\cmidrule(lr){2-4}\\cmidrule(lr){5-6}\\cmidrule(l){7-8}"
	print "Method & $r$ & sentences & and heads & $r$ & sentences & $r$ & sentences \\\\"
	print "\\midrule"
	for (i = 1; i <= roles; i++) if (is_run(i)) {
		if (shown++) print "\\addlinespace"
		print "\\multicolumn{8}{@{}l}{" titled(role[i, "experiment"]) "} \\\\"
		for (j = 1; j <= n; j++) row(role[i, "experiment"], name[j])
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
