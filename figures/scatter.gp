# scatter.gp: two scores of every head against its ablation: the output norm, and the Taylor criterion.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -c figures/scatter.gp build/NAME/heads.tsv build/NAME/figures/scatter.tex
# Shade: the layer, from the first (light) to the last (dark).

load 'figures/style.gp'
table = ARG1
eval needs('layer ablation oan taylor')
eval terminal(6)
set output ARG2

stats table using (column('layer')) nooutput
layers = int(STATS_max) + 1

# The key: layers from the last down, at most eight of them.
set cbrange [-layers / 5.0:layers]
unset colorbox
step = ceil(layers / 8.0)
set label 100 'layer' at screen 0.935, 0.93 center
do for [i = 1:layers:step] {
	set label 100 + i sprintf('%d', i) at screen 0.93, 0.85 - 0.07 * (layers - i) / step left offset 0.8,0 \
		point pointtype 7 pointsize 0.75 linecolor palette cb i
}

# About four ticks to a span: 1, 2 or 5 times a power of ten.
power(x) = 10 ** floor(log10(x))
round_up(x) = x / power(x) <= 1 ? power(x) : x / power(x) <= 2 ? 2 * power(x) : x / power(x) <= 5 ? 5 * power(x) : 10 * power(x)
tick_step(span) = span > 0 ? round_up(span / 4) : 1

set zeroaxis linecolor rgb axis_colour dashtype '.' linewidth 0.7
set multiplot

do for [panel = 1:2] {
	score = panel == 1 ? 'oan' : 'taylor'
	set lmargin at screen (panel == 1 ? 0.095 : 0.545)
	set rmargin at screen (panel == 1 ? 0.445 : 0.905)
	set bmargin at screen 0.17
	set tmargin at screen 0.95
	set xlabel name(score) offset 0,0.3
	set ylabel 'ablation: loss of margin (logits)'
	if (panel == 2) { unset ylabel }

	# A score that spans orders of magnitude is drawn on a logarithmic axis.
	set xrange [*:*]
	set yrange [*:*]
	unset logscale x
	set xtics autofreq
	set format x '%h'
	unset label 1
	stats table using (column(score)) nooutput name 'X'
	if (exists('X_records')) {
		if (X_min > 0 && X_max > 30 * X_min) {
			set logscale x
			set format x '$10^{%T}$'
		} else {
			set xtics tick_step(X_max - X_min)
		}
		undefine X_*
		plot table using (column(score)):(column('ablation')):(column('layer') + 1) \
				with points pointtype 7 pointsize 0.75 linecolor palette, \
			table using (column(score)):(column('ablation')) \
				with points pointtype 6 pointsize 0.75 linewidth 0.6 linecolor rgb '#404040'
	} else {
		set label 1 'not defined' at graph 0.5, 0.5 center
		set xrange [0:1]
		set yrange [0:1]
		plot -1 # nothing
	}
	do for [i = 100:100 + layers] { unset label i } # once is enough
}
unset multiplot
