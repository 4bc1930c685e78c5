# gradient.awk: the two factors of the Taylor score, gradient and activation, against ablation.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT $(TSV) -f gradient.awk published.tsv methods.tsv facts.tsv > gradient.tex
# Without published values, without their columns.

BEGIN { program = "gradient.awk"; undefined = "--" }

# first: the same score at the first token alone.
function row(m, quantity, first,   text) {
	text = short_name(m) " & " number(signed(score_of(experiment, m, "spearman"))) estimate(m, "cross_fitted") \
		estimate(m, "within_layer_cross_fitted") estimate(first, "cross_fitted")
	text = text " & " of_quantity(quantity, "_mean_abs", 0) " & " of_quantity(quantity, "_cv", 0)
	if (with_published) {
		text = text " & " number(signed(published_of(repeats, m, "spearman")))
		text = text " & " of_quantity(quantity, "_mean_abs", m) " & " of_quantity(quantity, "_cv", m)
	}
	print text " \\\\"
}

function estimate(m, c,   between) {
	between = narrow(score_of(experiment, m, c "_low"), score_of(experiment, m, c "_high"))
	return " & " number(signed(score_of(experiment, m, c))) " & " (between == undefined ? "" : between)
}

# A mean, in thousandths, or a coefficient of variation: measured, or published for method m.
function of_quantity(quantity, suffix, m,   x) {
	x = m ? published_of(repeats, m, quantity suffix) : fact_of(experiment, quantity suffix)
	if (!quantity || !known(x)) return undefined
	if (suffix == "_mean_abs") x *= 1000
	return number(m ? x : significant(x))
}

END {
	with_published = publishes(repeats, "gradient_cv")
	print "\\begin{tabular}{@{}l r *{3}{r@{\\hspace{1.5pt}}l} rr" (with_published ? " rrr" : "") "@{}}"
	print "\\toprule"
	if (with_published) {
		print "& \\multicolumn{9}{c}{measured} & \\multicolumn{3}{c}{published} \\\\"
		print "\\cmidrule(lr){2-10} \\cmidrule(l){11-13}"
	}
	print "Score & same & \\multicolumn{2}{c}{crossed} & \\multicolumn{2}{c}{within layers} & \\multicolumn{2}{c}{first token} " \
		"& mean & CV" (with_published ? " & $r$ & mean & CV" : "") " \\\\"
	print "\\midrule"
	row("gradmag", "gradient", "gradmag_cls"); row("actmag", "activation", "actmag_cls"); row("taylor", "", "")
	print "\\bottomrule"
	print "\\end{tabular}"
}
