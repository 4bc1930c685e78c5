# layers.awk: cross-fitted correlations with ablation in every experiment: over all heads, within layers, beyond layers, and
# between the layers' means.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f layers.awk ROLES.tsv published.tsv TABLES... > layers.tex
# Intervals: of resampled sentences; over all heads also of resampled sentences and heads. Shift: how far the resamples' r
# lies from the observed one. p of the layers' means, of the same sentences: from all permutations of the layers, or, of
# more than twelve layers, from drawn ones.

BEGIN {
	program = "layers.awk"; undefined = "--"
	required["methods"] = required["methods"] " cross_fitted_shift cross_fitted_heads_low cross_fitted_heads_high " \
		"partial_layer_cross_fitted partial_layer_cross_fitted_low partial_layer_cross_fitted_high layer_cross_fitted layer_p"
}

function with_interval(e, m, c) {
	return short(score_of(e, m, c)) " & " narrow(score_of(e, m, c "_low"), score_of(e, m, c "_high"))
}
function labelled(m) { return m ~ /_/ ? (m == "oan_base" ? "untuned" : "other task") : short_name(m) }
function row(e, m) {
	if (!known(score_of(e, m, "cross_fitted"))) return
	print "\\quad " labelled(m) " & " with_interval(e, m, "cross_fitted") " & " short(score_of(e, m, "cross_fitted_shift")) " & " \
		narrow(score_of(e, m, "cross_fitted_heads_low"), score_of(e, m, "cross_fitted_heads_high")) " & " \
		with_interval(e, m, "within_layer_cross_fitted") " & " with_interval(e, m, "partial_layer_cross_fitted") " & " \
		short(score_of(e, m, "layer_cross_fitted")) " & " short(score_of(e, m, "layer_spearman")) " & " \
		p_value(score_of(e, m, "layer_p")) " \\\\"
}

END {
	n = split("oan tam taylor attnorm entinv gradmag layer oan_base oan_other", name, " ")
	print "\\begin{tabular}{@{}l rccc rc rc rrr@{}}"
	print "\\toprule"
	print "& \\multicolumn{4}{c}{All heads} & \\multicolumn{2}{c}{Within layers} & \\multicolumn{2}{c}{Beyond layers} & " \
		"\\multicolumn{3}{c}{Layers' means} \\\\"
	print "\\cmidrule(lr){2-5}\\cmidrule(lr){6-7}\\cmidrule(lr){8-9}\\cmidrule(l){10-12}"
	print "Method & $r$ & sentences & shift & and heads & $r$ & sentences & $r$ & sentences & $r$ & same & $p$ \\\\"
	print "\\midrule"
	for (i = 1; i <= roles; i++) if (is_run(i)) {
		if (shown++) print "\\addlinespace"
		print "\\multicolumn{12}{@{}l}{" titled(role[i, "experiment"]) "} \\\\"
		for (j = 1; j <= n; j++) row(role[i, "experiment"], name[j])
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
