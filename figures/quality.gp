# quality.gp: what each criterion costs, and how well it predicts what removing a head does: a row each.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -c figures/quality.gp build/FOLDER/paper/quality.tsv build/FOLDER/paper/quality.tex
# Left the cost on a logarithmic axis, then a panel an experiment, the correlation with its interval; rows from the cheapest
# down. Shapes tell the criteria of the series (dots), others (squares), and removal itself (triangles) apart.

load 'figures/style.gp'
table = ARG1
eval needs('panel experiment method group y passes r low high')
stats table using (column('y')):(column('panel')) nooutput
rows = STATS_max_x
panels = int(STATS_max_y)
height = 2.3 + 0.40 * rows
array text[panels]
note(panel) = (text[panel] = strcol('experiment'), 0)
# minilm-sst2 as minilm- over sst2: panels are narrow
over(s) = (p = strstrt(s, '-'), p ? '\shortstack{\code{'.s[1:p].'}\\ \code{'.s[p + 1:*].'}}' : '\code{'.s.'}')
eval terminal(height)
set output ARG2
stats table using (note(int(column('panel')))) nooutput

groups = 'series other removal'
of(group, panel, quantity) = strcol('group') eq group && column('panel') == panel ? column(quantity) : NaN
in(panel, quantity) = column('panel') == panel ? column(quantity) : NaN

left = 0.20
right = 0.99
gap = 0.025
first = panels > 2 ? 0.15 : 0.30 # width of the panel of costs
width = (right - left - first - panels * gap) / panels
if (width > 0.38) { width = 0.38 }

set yrange [rows + 0.6:0.4]
set bmargin at screen 1.1 / height
set tmargin at screen 1 - 0.9 / height
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.5 dashtype solid
set multiplot

set lmargin at screen left
set rmargin at screen left + first
set logscale x
set xrange [1:*]
set xtics (1, 10, 100)
set xlabel 'forward passes'
plot for [i = 1:3] for [panel = 1:panels] table \
	using (of(word(groups, i), panel, 'passes')):(column('y')):ytic('\name{'.strcol('method').'}') \
	with points linestyle i pointsize 0.6

unset logscale x
set xrange [-1:1]
set xtics -0.5, 0.5, 0.5
set format y ''
set xlabel '$r$'
set arrow from 0, graph 0 to 0, graph 1 nohead linecolor rgb axis_colour dashtype '.' linewidth 0.7 back
do for [panel = 1:panels] {
	set lmargin at screen left + first + panel * gap + (panel - 1) * width
	set rmargin at screen left + first + panel * gap + panel * width
	set title over(text[panel]) offset 0,-0.4
	plot table using (in(panel, 'low')):(column('y')):(in(panel, 'high') - in(panel, 'low')):(0) \
			with vectors nohead linecolor rgb '#707070' linewidth 1, \
		for [i = 1:3] table using (of(word(groups, i), panel, 'r')):(column('y')):ytic('') with points linestyle i pointsize 0.6
}
unset multiplot
