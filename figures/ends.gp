# ends.gp: curves named at their right ends; names that would cover each other are moved apart, with a line to the curve.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# To be loaded where a panel's axes are set, just before its plot. Given: n curves, of which curve i ends at
# (end_x[i], end_y[i]), or has no end_y if it is not drawn; its text in end_text[i] and its line style in end_style[i]; and
# yrange from low to high. Sets labels and arrows.

array place[n] # where each name stands
array order[n] # curves from the lowest end up

m = 0
do for [i = 1:n] {
	if (end_y[i] == end_y[i]) {
		m = m + 1
		j = m
		while (j > 1 && (j > 1 ? end_y[order[j - 1]] > end_y[i] : 0)) { order[j] = order[j - 1]; j = j - 1 }
		order[j] = i
	}
}
gap = 0.075 * (high - low)
do for [j = 1:m] { place[j] = j == 1 ? end_y[order[1]] : larger(end_y[order[j]], place[j - 1] + gap) }
do for [l = 1:m] { j = m + 1 - l; place[j] = smaller(place[j], j == m ? high : place[j + 1] - gap) }
do for [j = 1:m] {
	i = order[j]
	set label end_text[i] at graph 1.09, first place[j]
	set arrow from first end_x[i], end_y[i] to graph 1.08, first place[j] nohead linestyle end_style[i] linewidth 0.7 dashtype solid
}
