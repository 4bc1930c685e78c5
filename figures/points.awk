# points.awk: the points that a figure has to show, read off its table without gnuplot: what shown.awk is compared with.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v figure=scatter|heatmap|retention -f points.awk TABLE > points.tsv
# Columns as in shown.awk; every point is to be seen. A cell that is NA has no point.

BEGIN {
	FS = OFS = "\t"
	print "curve", "x", "y", "z", "seen"
}
NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
{ rows++; for (name in column) cell[rows, name] = $column[name] }

function point(x, y, z) { if (x != "NA" && y != "NA") print curve, x, y, z, "i" }

# Of one score against the ablation: shaded by layer, and outlined.
function scatter(score,   i) {
	curve++
	for (i = 1; i <= rows; i++) point(cell[i, score], cell[i, "ablation"], cell[i, "layer"] + 1)
	curve++
	for (i = 1; i <= rows; i++) point(cell[i, score], cell[i, "ablation"], "NA")
}

# The share of the other heads that score less, in %; and where the score is negative.
function heatmap(score,   i, j, below) {
	curve++
	for (i = 1; i <= rows; i++) {
		below = 0
		for (j = 1; j <= rows; j++) below += cell[j, score] + 0 < cell[i, score] + 0
		point(cell[i, "head"] + 1, cell[i, "layer"] + 1, 100 * below / (rows - 1))
	}
	curve++
	for (i = 1; i <= rows; i++)
		if (cell[i, score] < 0) point(cell[i, "head"] + 1, cell[i, "layer"] + 1, "NA")
}

# The band of random rankings, and each method, cross-fitted but for these.
function retention(quantity, crossed,   n, m, method, i) {
	curve++
	for (i = 1; i <= rows; i++)
		if (cell[i, "method"] == "random") point(cell[i, "k"], cell[i, quantity "_low"], cell[i, quantity "_high"])
	n = split("oan tam taylor attnorm entinv oracle random", method, " ")
	for (m = 1; m <= n; m++) {
		curve++
		for (i = 1; i <= rows; i++)
			if (cell[i, "method"] == method[m]) point(cell[i, "k"], cell[i, method[m] == "random" ? quantity : crossed], "NA")
	}
}

END {
	if (figure == "scatter") { scatter("oan"); scatter("taylor") }
	if (figure == "heatmap") { heatmap("ablation"); heatmap("oan"); heatmap("taylor") }
	if (figure == "retention") { retention("margin", "cross_fitted"); retention("accuracy", "accuracy_cross_fitted") }
}
