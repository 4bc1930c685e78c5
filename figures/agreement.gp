# agreement.gp: how alike several models are, a cell a pair: above the diagonal by ablation, below it by OAN.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -c figures/agreement.gp build/NAME/comparison/pairs.tsv build/NAME/comparison/pairs.tex
# Shade and number: Spearman's r between the heads of the two models.

load 'figures/style.gp'
table = ARG1
eval needs('row column name r')

stats table using (column('row')) nooutput
models = int(STATS_max)
array text[models]
note(model) = (text[model] = strcol('name'), 0)
stats table using (note(column('row'))) nooutput

cell = smaller(1.1, 11.0 / models)
height = cell * models + 1.2
x(cm) = cm / text_width
y(cm) = cm / height
eval terminal(height)
set output ARG2

left = (text_width - cell * models) / 2
set lmargin at screen x(left)
set rmargin at screen x(left + cell * models)
set bmargin at screen y(1)
set tmargin at screen y(1 + cell * models)
set border 15 linecolor rgb axis_colour linewidth 0.7
set cbrange [-1:1]
unset colorbox
set xrange [0.5:models + 0.5]
set yrange [models + 0.5:0.5]
set xtics 1 scale 0 offset 0,0.4
set ytics () scale 0 offset 0.6,0
do for [i = 1:models] { set ytics add (sprintf('\code{%s} %d', text[i], i) i) }
# numbers are read on light and dark shades; of many models there is no room for them
number(r) = r == r && models <= 12 ? sprintf(r > 0.3 ? '\\textcolor{white}{\\num{%.2f}}' : '\\num{%.2f}', r) : ''
plot table using (column('column')):(column('row')):(0.5):(0.5):(column('r')) \
		with boxxyerror fillstyle solid noborder linecolor palette, \
	table using (column('column')):(column('row')):(number(column('r'))) with labels
