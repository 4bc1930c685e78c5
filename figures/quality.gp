# quality.gp: what each criterion costs, and how well it predicts what removing a head does: a row each.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -c figures/quality.gp build/NAME/figures/quality.tsv build/NAME/figures/quality.tex
# Left the cost on a logarithmic axis, right the correlation with its interval; rows from the cheapest down. Shapes tell
# the criteria of the series (dots), others (squares), and removal itself (triangles) apart.

load 'figures/style.gp'
table = ARG1
stats table using (column('y')) nooutput
rows = STATS_max
height = 1.5 + 0.42 * rows
eval terminal(height)
set output ARG2

groups = 'series other removal'
of(group, quantity) = strcol('group') eq group ? column(quantity) : NaN

set yrange [rows + 0.6:0.4]
set bmargin at screen 1.1 / height
set tmargin at screen 1 - 0.15 / height
set multiplot

do for [panel = 1:2] {
	set lmargin at screen (panel == 1 ? 0.23 : 0.62)
	set rmargin at screen (panel == 1 ? 0.56 : 0.98)
	set grid ytics linecolor rgb '#E4E4E4' linewidth 0.5 dashtype solid
	if (panel == 1) {
		set logscale x
		set xrange [1:*]
		set xlabel 'cost (forward passes)'
		plot for [i = 1:3] table using (of(word(groups, i), 'passes')):(column('y')):ytic('\name{'.strcol('method').'}') \
			with points linestyle i pointsize 0.6
	} else {
		unset logscale x
		set xrange [-1:1]
		set xtics 0.5
		set format y ''
		set xlabel 'cross-fitted $r$ with ablation'
		set arrow from 0, graph 0 to 0, graph 1 nohead linecolor rgb axis_colour dashtype '.' linewidth 0.7 back
		plot table using (column('low')):(column('y')):(column('high') - column('low')):(0) \
				with vectors nohead linecolor rgb '#707070' linewidth 1, \
			for [i = 1:3] table using (of(word(groups, i), 'r')):(column('y')):ytic('') with points linestyle i pointsize 0.6
	}
}
unset multiplot
