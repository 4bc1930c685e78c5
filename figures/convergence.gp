# convergence.gp: how well OAN predicts the ablation while networks converge: a line a run.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -c figures/convergence.gp build/boundary/convergence.tsv build/boundary/figures/convergence.tex
# Depth falls to the right. Left: one four-class network in two readings, and sentiment; right: reading and training.

load 'figures/style.gp'
table = ARG1
eval terminal(6.6)
set output ARG2

series = 'four read trained sst2'
set style line 11 linewidth 1.2 pointsize 0.45 linecolor rgb '#0072B2' dashtype solid pointtype 7
set style line 12 linewidth 1.2 pointsize 0.60 linecolor rgb '#D55E00' dashtype '-' pointtype 8
set style line 13 linewidth 1.2 pointsize 0.45 linecolor rgb '#009E73' dashtype solid pointtype 5
set style line 14 linewidth 1.2 pointsize 0.60 linecolor rgb '#707070' dashtype '.' pointtype 12
text(i) = word('four-class,~read~to~the~largest~other four-class,~read~by~groups trained~on~groups sentiment', i)
spaced(s) = (p = strstrt(s, '~'), p ? spaced(s[1:p - 1].' '.s[p + 1:*]) : s)
only(i) = strcol('series') eq word(series, i) ? column('r') : NaN

stats table using (column('depth')) nooutput name 'X'
stats table using (column('r')) nooutput name 'Y'
set logscale x
set xrange [(exists('X_max') ? X_max * 1.15 : 1):(exists('X_min') ? X_min / 1.15 : 0.01)]
pad = exists('Y_max') ? 0.05 * (Y_max - Y_min) + 0.01 : 1
set yrange [(exists('Y_min') ? Y_min - pad : 0):(exists('Y_max') ? Y_max + pad : 1)]
set zeroaxis linecolor rgb axis_colour dashtype '.' linewidth 0.7
set xlabel 'depth: mean of $1 - p$(true class)'
set multiplot

do for [panel = 1:2] {
	set lmargin at screen (panel == 1 ? 0.085 : 0.575)
	set rmargin at screen (panel == 1 ? 0.485 : 0.975)
	set bmargin at screen 0.155
	set tmargin at screen 0.80
	if (panel == 1) { set ylabel '$r$ of OAN, cross-fitted' } else { unset ylabel }
	shown = panel == 1 ? '1 2 4' : '3 2'
	unset label
	do for [j = 1:words(shown)] {
		i = int(word(shown, j))
		set label j spaced(text(i)) at graph 0.10, graph 1.29 - 0.09 * j left point linestyle 10 + i offset 0.8,0
	}
	plot for [j = 1:words(shown)] table using (column('depth')):(only(int(word(shown, j)))) \
		with linespoints linestyle 10 + int(word(shown, j))
}
unset multiplot
