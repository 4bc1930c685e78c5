# agreement.awk: what figures/agreement.gp draws: a square of models.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f columns.awk -f agreement.awk agreement.tsv > pairs.tsv
# row, column: the models' numbers, from 1, in the order of the table; r: Spearman's between their heads, above the
# diagonal of the ablation, below it of OAN; NA on the diagonal, and where models have other shapes.

BEGIN { program = "agreement.awk"; OFS = "\t"; print "row", "column", "name", "r" }
FNR == 1 { read_header(); next }
function number(model) {
	if (!(model in number_of)) { number_of[model] = ++models; name[models] = model }
	return number_of[model]
}
{
	i = number(cell("first")); j = number(cell("second"))
	if (cell("method") == "ablation") r[i, j] = cell("spearman")
	if (cell("method") == "oan") r[j, i] = cell("spearman")
}
END {
	for (i = 1; i <= models; i++)
		for (j = 1; j <= models; j++)
			print i, j, name[i], (i, j) in r ? r[i, j] : "NA"
}
