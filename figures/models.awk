# models.awk: what figures/models.gp draws: the heads of several models, ranked by ablation.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f columns.awk -f models.awk NAME/heads.tsv... > models.tsv
# model: its number, from 1; share: how many of its other heads matter less, in %; raises: 1 where removal raises the
# margin.

BEGIN { program = "models.awk"; OFS = "\t"; print "model", "name", "layer", "head", "share", "raises" }
FNR == 1 {
	read_header()
	model++
	n = split(FILENAME, folder, "/")
	name[model] = folder[n - 1]
	next
}
{ row = ++rows[model]; layer[model, row] = cell("layer"); head[model, row] = cell("head"); effect[model, row] = cell("ablation") }
END {
	for (m = 1; m <= model; m++)
		for (i = 1; i <= rows[m]; i++) {
			below = 0
			for (j = 1; j <= rows[m]; j++) below += effect[m, j] + 0 < effect[m, i] + 0
			print m, name[m], layer[m, i], head[m, i], 100 * below / (rows[m] - 1), effect[m, i] < 0
		}
}
