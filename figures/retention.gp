# retention.gp: the margin and the accuracy that are left as a method's lowest-ranked heads are removed.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -c figures/retention.gp build/NAME/retention.tsv build/NAME/figures/retention.tex
# Each curve is named at its end; names that would cover each other are moved apart, with a line to their curve.

load 'figures/style.gp'
table = ARG1
eval terminal(6)
set output ARG2

n = words(methods)
only(method, quantity) = strcol('method') eq method ? column(quantity) : NaN

stats table using (column('k')) nooutput
last = STATS_max

array end_of[n]   # each curve's value at the last budget
array at[n]       # where its name stands
array order[n]    # curves from the lowest value up

number(method) = sum [i=1:n] (word(methods, i) eq method ? i : 0)
note(method, k, y) = (number(method) > 0 && k == last ? (end_of[number(method)] = y) : 0, y)
larger(x, y) = x > y ? x : y
smaller(x, y) = x < y ? x : y

set xrange [0:last]
set xlabel 'heads removed, $k$'
set xtics last > 20 ? 10 : 5
set ytics autofreq
set multiplot

do for [panel = 1:2] {
	quantity = panel == 1 ? 'margin' : 'accuracy'
	set lmargin at screen (panel == 1 ? 0.085 : 0.595)
	set rmargin at screen (panel == 1 ? 0.375 : 0.885)
	set bmargin at screen 0.17
	set tmargin at screen 0.95
	set ylabel (panel == 1 ? 'mean margin kept (\%)' : 'accuracy kept (\%)')
	unset label
	unset arrow

	do for [i = 1:n] { end_of[i] = NaN }
	low = NaN
	stats table using (note(strcol('method'), column('k'), column(quantity))) nooutput name 'Y'
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

		m = 0
		do for [i = 1:n] {
			if (end_of[i] == end_of[i]) {
				m = m + 1
				j = m
				while (j > 1 && (j > 1 ? end_of[order[j - 1]] > end_of[i] : 0)) { order[j] = order[j - 1]; j = j - 1 }
				order[j] = i
			}
		}
		gap = 0.075 * (high - low)
		do for [j = 1:m] { at[j] = j == 1 ? end_of[order[1]] : larger(end_of[order[j]], at[j - 1] + gap) }
		do for [l = 1:m] { j = m + 1 - l; at[j] = smaller(at[j], j == m ? high : at[j + 1] - gap) }
		do for [j = 1:m] {
			i = order[j]
			set label name(word(methods, i)) at graph 1.09, first at[j]
			set arrow from first last, end_of[i] to graph 1.08, first at[j] nohead linestyle i linewidth 0.7 dashtype solid
		}

		plot table using (only('random', 'k')):(column(quantity.'_low')):(column(quantity.'_high')) \
				with filledcurves fillcolor rgb band_colour, \
			for [i = 1:n] table using (only(word(methods, i), 'k')):(column(quantity)) with linespoints linestyle i
	}
}
unset multiplot
