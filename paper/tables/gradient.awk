# gradient.awk: the two factors of the Taylor score, gradient and activation, against ablation.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT -f tsv.awk -f gradient.awk published.tsv methods.tsv facts.tsv > gradient.tex
# Without published values, without their columns.

BEGIN { program = "gradient.awk"; undefined = "--" }

function row(m, quantity,   text, value) {
	text = "\\name{" m "} & " number(signed(score_of(experiment, m, "spearman")))
	text = text " & " interval(score_of(experiment, m, "ci_low"), score_of(experiment, m, "ci_high"))
	text = text " & " number(p_value(score_of(experiment, m, "p")))
	text = text " & " of_quantity(quantity, "_mean_abs", 0) " & " of_quantity(quantity, "_cv", 0)
	if (with_published) {
		text = text " & " number(signed(published_of(repeats, m, "spearman")))
		text = text " & " of_quantity(quantity, "_mean_abs", m) " & " of_quantity(quantity, "_cv", m)
	}
	print text " \\\\"
}

# A mean or a coefficient of variation: measured, or published for method m.
function of_quantity(quantity, suffix, m,   x) {
	x = m ? published_of(repeats, m, quantity suffix) : fact_of(experiment, quantity suffix)
	return quantity && known(x) ? number(m ? x : significant(x)) : undefined
}

END {
	with_published = publishes(repeats, "gradient_cv")
	print "\\begin{tabular}{@{}l rcrrr" (with_published ? " rrr" : "") "@{}}"
	print "\\toprule"
	if (with_published) {
		print "& \\multicolumn{5}{c}{measured} & \\multicolumn{3}{c}{published} \\\\"
		print "\\cmidrule(lr){2-6} \\cmidrule(l){7-9}"
	}
	print "Score & $r$ & 95\\,\\% interval & $p$ & mean & CV" (with_published ? " & $r$ & mean & CV" : "") " \\\\"
	print "\\midrule"
	row("gradmag", "gradient"); row("actmag", "activation"); row("taylor", "")
	print "\\bottomrule"
	print "\\end{tabular}"
}
