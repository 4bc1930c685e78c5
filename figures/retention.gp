# retention.gp: the margin and the accuracy that are left as a method's lowest-ranked heads are removed, cross-fitted.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -c figures/retention.gp build/NAME/retention.tsv build/NAME/figures/retention.tex
# Left the margin, right the accuracy; each curve is named at its end. Random rankings are fitted to nothing.

load 'figures/style.gp'
table = ARG1
eval needs('method k margin margin_low margin_high accuracy accuracy_low accuracy_high cross_fitted accuracy_cross_fitted')
eval terminal(6)
set output ARG2

n = words(methods)
only(method, quantity) = strcol('method') eq method ? column(quantity) : NaN
left(method) = method eq 'random' ? column(quantity) : column(crossed)

stats table using (column('k')) nooutput
last = STATS_max

array end_x[n]
array end_y[n]
array end_text[n]
array end_style[n]
do for [i = 1:n] {
	end_x[i] = last
	end_text[i] = name(word(methods, i))
	end_style[i] = i
}
number(method) = sum [i=1:n] (word(methods, i) eq method ? i : 0)
note(method, k, y) = (number(method) > 0 && k == last ? (end_y[number(method)] = y) : 0, y)

set xrange [0:last]
set xlabel 'heads removed, $k$'
set xtics last > 20 ? 10 : 5
set ytics autofreq
set multiplot

do for [panel = 1:2] {
	quantity = panel == 1 ? 'margin' : 'accuracy'
	crossed = panel == 1 ? 'cross_fitted' : 'accuracy_cross_fitted'
	set lmargin at screen (panel == 1 ? 0.085 : 0.595)
	set rmargin at screen (panel == 1 ? 0.375 : 0.885)
	set bmargin at screen 0.17
	set tmargin at screen 0.95
	set ylabel (panel == 1 ? 'mean margin kept (\%)' : 'accuracy kept (\%)')
	unset label
	unset arrow

	do for [i = 1:n] { end_y[i] = NaN }
	low = NaN
	stats table using (note(strcol('method'), column('k'), left(strcol('method')))) nooutput name 'Y'
	if (exists('Y_records')) {
		low = Y_min
		high = Y_max
		undefine Y_*
		stats table using (column(quantity.'_low')) nooutput name 'B'
		if (exists('B_records')) { low = smaller(low, B_min); undefine B_* }
		stats table using (column(quantity.'_high')) nooutput name 'B'
		if (exists('B_records')) { high = larger(high, B_max); undefine B_* }
	}
	if (!(low == low)) {
		set yrange [0:100]
		set label 'not defined' at graph 0.5, 0.5 center
		plot -1 # nothing
	} else {
		pad = larger(0.04 * (high - low), 0.5)
		low = low - pad
		high = high + pad
		set yrange [low:high]

		load 'figures/ends.gp'
		plot table using (only('random', 'k')):(column(quantity.'_low')):(column(quantity.'_high')) \
				with filledcurves fillcolor rgb band_colour, \
			for [i = 1:n] table using (only(word(methods, i), 'k')):(left(word(methods, i))) with linespoints linestyle i
	}
}
unset multiplot
