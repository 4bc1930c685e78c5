# why.awk: the gradient scores as the loss is less and less saturated, at the first token, of the margin.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f specifications.awk -f why.awk multiverse.tsv > why.tex
# Correlations are cross-fitted: with the drop of the margin over all heads, within layers and beyond layers, and with
# the rise of the cross-entropy. In parentheses: the truth is unreliable.

BEGIN { program = "why.awk"; undefined = "--" }

function r_where(m, name, truth, level,   i, text) {
	i = crossed_spec(experiment, m, name, truth, level)
	if (!i) return undefined
	text = short(spec_of(experiment, m, i, "r"))
	return is_defined(experiment, m, i) && !is_reliable(experiment, m, i) ? "(" text ")" : text
}

function with_interval(m, name, level,   i) {
	i = crossed_spec(experiment, m, name, "ablation", level)
	return r_where(m, name, "ablation", level) " " narrow(spec_of(experiment, m, i, "low"), spec_of(experiment, m, i, "high"))
}

function row(m, name, text,   i) {
	i = crossed_spec(experiment, m, name, "ablation", "all")
	if (!i) return
	printf "%s & %s & %s & %s & %s & %s \\\\\n", text, with_interval(m, name, "all"),
		with_interval(m, name, "within_layer"), with_interval(m, name, "partial_layer"),
		r_where(m, name, "ablation_cross_entropy", "all"), fixed(spec_of(experiment, m, i, "effective_sentences"), 1)
}

# The temperatures of a method as its columns have them, in their order: the primary one is 1.
function temperature_rows(m,   i, t, name, seen) {
	row(m, m, "loss, $\\tau = 1$")
	for (i = 1; i <= specifications[experiment, m]; i++) {
		name = spec_of(experiment, m, i, "column"); t = spec_of(experiment, m, i, "temperature")
		if (index(name, m "_t") == 1 && name == m "_t" t && !seen[name]++) note_temperature(m, t)
	}
	for (i = 1; i <= noted[m]; i++)
		row(m, m "_t" at[m, i], "loss, $\\tau = " (at[m, i] == "inf" ? "\\infty" : at[m, i]) "$")
}

# at[m, 1 .. noted[m]] ascending
function note_temperature(m, t,   j) {
	for (j = ++noted[m]; j > 1 && height(at[m, j - 1]) > height(t); j--) at[m, j] = at[m, j - 1]
	at[m, j] = t
}

function height(t) { return t == "inf" ? 1e300 : t + 0 }

END {
	print "\\begin{tabular}{@{}l *{5}{r}@{}}"
	print "\\toprule"
	print "& \\multicolumn{3}{c}{Margin} & Cross-entropy & Effective \\\\"
	print "\\cmidrule(lr){2-4}"
	print "Score & all & within & beyond & all & sentences \\\\"
	methods_shown = split("taylor gradmag", shown_method, " ")
	for (k = 1; k <= methods_shown; k++) {
		m = shown_method[k]
		print "\\midrule"
		print "\\multicolumn{6}{@{}l}{\\name{" m "}} \\\\"
		temperature_rows(m)
		row(m, m (m == "taylor" ? "_margin_abs" : "_margin"), "margin")
		row(m, "taylor_elem", "loss, elementwise")
		row(m, "taylor_elem_cls", "the same, first token")
		row(m, "gradmag_cls", "loss, first token")
		row(m, "gradmag_nolast", "loss, without the last layer")
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
