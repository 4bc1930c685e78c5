# heatmap.gp: the importance of every head, layers by heads: measured by ablation, and as two scores see it.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -c figures/heatmap.gp build/NAME/heads.tsv build/NAME/figures/heatmap.tex
# Shade: the share of heads below this one, since Spearman's r sees nothing but ranks, so that panels can be compared.
# A minus marks a head whose removal raises the margin.

load 'figures/style.gp'
table = ARG1
eval needs('layer head ablation oan taylor')

stats table using (column('layer')):(column('head')) nooutput
layers = int(STATS_max_x) + 1
heads = int(STATS_max_y) + 1

# Square cells, unless the model is so deep or so narrow that the panels would not fit.
panel_width = 4.2
panel_height = panel_width / heads * layers
if (panel_height > 9) { panel_height = 9 }
if (panel_height < 1.6) { panel_height = 1.6 }
height = panel_height + 2.4
x(cm) = cm / text_width
y(cm) = cm / height
eval terminal(height)
set output ARG2

array score_of[layers * heads]
index_of(layer, head) = layer * heads + head + 1
note(layer, head, z) = (score_of[index_of(layer, head)] = z, z)
share_below(layer, head) = (z = score_of[index_of(layer, head)], z == z ? \
	100.0 / (layers * heads - 1) * (sum [i = 1:layers * heads] (score_of[i] < z ? 1 : 0)) : NaN)

set xtics 1, heads > 8 ? 3 : 1 scale 0 offset 0,0.4
set ytics 1, layers > 12 ? 4 : layers > 6 ? 2 : 1 scale 0 offset 0.6,0
set border 15 linecolor rgb axis_colour linewidth 0.7
set xlabel 'head' offset 0,0.9
set cbrange [0:100]
set palette maxcolors 10
unset colorbox
set multiplot

do for [panel = 1:3] {
	column_name = word('ablation oan taylor', panel)
	left = 1 + (panel - 1) * (panel_width + 0.85)
	set lmargin at screen x(left)
	set rmargin at screen x(left + panel_width)
	set bmargin at screen y(1.9)
	set tmargin at screen y(1.9 + panel_height)
	set title (panel == 1 ? 'ablation' : name(column_name)) offset 0,-0.6
	if (panel == 1) { set ylabel 'layer' offset 0,0 } else { unset ylabel }

	do for [i = 1:layers * heads] { score_of[i] = NaN }
	set xrange [*:*]
	set yrange [*:*]
	stats table using (note(column('layer'), column('head'), column(column_name))) nooutput name 'Z'
	set xrange [0.5:heads + 0.5]
	set yrange [layers + 0.5:0.5]
	if (exists('Z_records')) {
		undefine Z_*
		plot table using (column('head') + 1):(column('layer') + 1):(share_below(column('layer'), column('head'))) \
				with image pixels, \
			table using (column(column_name) < 0 ? column('head') + 1 : NaN):(column('layer') + 1):(minus) with labels
	} else {
		set label 1 'not defined' at graph 0.5, 0.5 center
		plot -1 # nothing
		unset label 1
	}
}

set bmargin at screen y(0.85)
set tmargin at screen y(1.05)
set lmargin at screen x(1.85 + panel_width)
set rmargin at screen x(1.85 + 2 * panel_width)
set xlabel 'heads that are less important (\%)'
load 'figures/scale.gp'
unset multiplot
