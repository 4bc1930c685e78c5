# points.awk: the points that a figure has to show, read off its table without gnuplot: what shown.awk is compared with.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v figure=scatter|heatmap|retention -f columns.awk -f points.awk TABLE > points.tsv
# Columns as in shown.awk; every point is to be seen. A cell that is NA has no point.

BEGIN {
	program = "points.awk"; OFS = "\t"
	print "curve", "x", "y", "z", "seen"
}
FNR == 1 { read_header(); next }
{ rows++; for (i = 1; i <= NF; i++) table[rows, i] = $i }

function at(row, name) { return table[row, place_of(name)] }

function point(x, y, z) { if (x != "NA" && y != "NA") print curve, x, y, z, "i" }

# Of one score against the ablation: shaded by layer, and outlined.
function scatter(score,   i) {
	curve++
	for (i = 1; i <= rows; i++) point(at(i, score), at(i, "ablation"), at(i, "layer") + 1)
	curve++
	for (i = 1; i <= rows; i++) point(at(i, score), at(i, "ablation"), "NA")
}

# The share of the other heads that score less, in %; and where the score is negative.
function heatmap(score,   i, j, below) {
	curve++
	for (i = 1; i <= rows; i++) {
		below = 0
		for (j = 1; j <= rows; j++) below += at(j, score) + 0 < at(i, score) + 0
		point(at(i, "head") + 1, at(i, "layer") + 1, 100 * below / (rows - 1))
	}
	curve++
	for (i = 1; i <= rows; i++)
		if (at(i, score) < 0) point(at(i, "head") + 1, at(i, "layer") + 1, "NA")
}

# The band of random rankings, and each method, cross-fitted but for these.
function retention(quantity, crossed,   n, m, method, i) {
	curve++
	for (i = 1; i <= rows; i++)
		if (at(i, "method") == "random") point(at(i, "k"), at(i, quantity "_low"), at(i, quantity "_high"))
	n = split("oan tam taylor attnorm entinv oracle random", method, " ")
	for (m = 1; m <= n; m++) {
		curve++
		for (i = 1; i <= rows; i++)
			if (at(i, "method") == method[m]) point(at(i, "k"), at(i, method[m] == "random" ? quantity : crossed), "NA")
	}
}

END {
	if (figure == "scatter") { scatter("oan"); scatter("taylor") }
	if (figure == "heatmap") { heatmap("ablation"); heatmap("oan"); heatmap("taylor") }
	if (figure == "retention") { retention("margin", "cross_fitted"); retention("accuracy", "accuracy_cross_fitted") }
}
