# convergence.gp: how well OAN predicts the ablation while networks converge: a thin line a run, a thick one their mean.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -c figures/convergence.gp build/boundary/convergence.tsv build/boundary/figures/convergence.tex
# Depth falls to the right. Left: one four-class network in two readings, and sentiment; right: reading and training.

load 'figures/style.gp'
table = ARG1
eval needs('series run depth r low high')
eval terminal(6.6)
set output ARG2

series = 'four read trained sst2'
texts = 'read~as~four read~by~groups trained~on~groups sentiment'
styles = '1 3 2 4' # of the methods' lines
n = words(series)
array end_x[n]
array end_y[n]
array end_text[n]
array end_style[n]
do for [i = 1:n] {
	end_text[i] = spaced(word(texts, i))
	end_style[i] = int(word(styles, i))
}
number(name) = sum [i=1:n] (word(series, i) eq name ? i : 0)
end_at(i, x, y) = (end_x[i] = x, end_y[i] = y)
# notes the last mean of a series that this panel shows
note(name, run, x, y) = (run eq 'mean' && strstrt(shown, name) ? end_at(number(name), x, y) : 0, y)
run(i, quantity) = strcol('series') eq word(series, i) && strcol('run') ne 'mean' ? column(quantity) : NaN
mean(i, quantity) = strcol('series') eq word(series, i) && strcol('run') eq 'mean' ? column(quantity) : NaN

stats table using (column('depth')) nooutput name 'X'
stats table using (column('r')) nooutput name 'Y'
set logscale x
set format x '$10^{%T}$'
set xrange [(exists('X_max') ? X_max * 1.15 : 1):(exists('X_min') ? X_min / 1.15 : 0.01)]
pad = exists('Y_max') ? 0.05 * (Y_max - Y_min) + 0.01 : 1
low = exists('Y_min') ? Y_min - pad : 0
high = exists('Y_max') ? Y_max + pad : 1
set yrange [low:high]
set zeroaxis linecolor rgb axis_colour dashtype '.' linewidth 0.7
set xlabel 'mean of $1 - p$(true class)'
set multiplot

do for [panel = 1:2] {
	set lmargin at screen (panel == 1 ? 0.085 : 0.585)
	set rmargin at screen (panel == 1 ? 0.355 : 0.81)
	set bmargin at screen 0.155
	set tmargin at screen 0.96
	if (panel == 1) { set ylabel '$r$ of OAN, cross-fitted' } else { unset ylabel }
	shown = panel == 1 ? 'four read sst2' : 'trained read'
	unset label
	unset arrow
	do for [i = 1:n] { end_y[i] = NaN }
	stats table using (note(strcol('series'), strcol('run'), column('depth'), column('r'))) nooutput
	load 'figures/ends.gp'
	plot for [name in shown] table using (run(number(name), 'depth')):(column('r')) \
			with lines linestyle int(word(styles, number(name))) linewidth 0.4, \
		for [name in shown] table using (mean(number(name), 'depth')):(column('r')):(column('low')):(column('high')) \
			with yerrorbars linestyle int(word(styles, number(name))) linewidth 1 pointsize 0, \
		for [name in shown] table using (mean(number(name), 'depth')):(column('r')) \
			with linespoints linestyle int(word(styles, number(name)))
}
unset multiplot
