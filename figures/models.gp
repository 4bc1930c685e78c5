# models.gp: the importance of every head by ablation, a map a model, beside each other.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -c figures/models.gp build/NAME/comparison/models.tsv build/NAME/comparison/models.tex
# Shade: the share of heads that matter less, so that models can be compared. A minus marks a head whose removal raises
# the margin. Twelve models at most: the first.

load 'figures/style.gp'
table = ARG1
eval needs('model name layer head share raises')

stats table using (column('model')):(column('layer')) nooutput
models = smaller(int(STATS_max_x), 12)
columns = smaller(models, 4)
rows = ceil(real(models) / columns)
array text[models]
note(model) = (model <= models ? (text[model] = strcol('name'), 0) : 0)
of(model, value) = column('model') == model ? value : NaN

left = 0.9
panel_width = (text_width - left) / columns - 0.35
if (panel_width > 4.2) { panel_width = 4.2 }
panel_height = larger(smaller(panel_width / 12.0 * (int(STATS_max_y) + 1), 6), 1.6)
row_height = panel_height + 1.1
height = rows * row_height + 1.3
x(cm) = cm / text_width
y(cm) = cm / height
eval terminal(height)
set output ARG2

stats table using (note(column('model'))) nooutput
set border 15 linecolor rgb axis_colour linewidth 0.7
set cbrange [0:100]
set palette maxcolors 10
unset colorbox
set multiplot

do for [model = 1:models] {
	i = (model - 1) % columns
	j = (model - 1) / columns
	set lmargin at screen x(left + i * (panel_width + 0.35))
	set rmargin at screen x(left + i * (panel_width + 0.35) + panel_width)
	set tmargin at screen y(height - 0.55 - j * row_height)
	set bmargin at screen y(height - 0.55 - j * row_height - panel_height)
	set title '\code{'.text[model].'}' offset 0,-0.6
	set xrange [*:*]
	set yrange [*:*]
	stats table using (of(model, column('layer'))):(of(model, column('head'))) nooutput name 'M'
	set xrange [0.5:M_max_y + 1.5]
	set yrange [M_max_x + 1.5:0.5]
	set xtics 1, M_max_y > 7 ? 4 : 1 scale 0 offset 0,0.4
	set ytics 1, M_max_x > 11 ? 4 : M_max_x > 5 ? 2 : 1 scale 0 offset 0.6,0
	if (i == 0) { set ylabel 'layer' offset 1,0 } else { unset ylabel }
	plot table using (of(model, column('head') + 1)):(column('layer') + 1):(0.5):(0.5):(column('share')) \
			with boxxyerror fillstyle solid noborder linecolor palette, \
		table using (column('raises') == 1 ? of(model, column('head') + 1) : NaN):(column('layer') + 1):(minus) with labels
}

set bmargin at screen y(0.85)
set tmargin at screen y(1.05)
set lmargin at screen x(text_width / 2 - 2.1)
set rmargin at screen x(text_width / 2 + 2.1)
set xlabel 'heads of the model that are less important (\%)' offset 0,0.9
load 'figures/scale.gp'
unset multiplot
