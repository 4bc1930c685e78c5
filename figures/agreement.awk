# agreement.awk: what figures/agreement.gp draws: a square of models.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f agreement.awk agreement.tsv > pairs.tsv
# row, column: the models' numbers, from 1, in the order of the table; r: Spearman's between their heads, above the
# diagonal of the ablation, below it of OAN; NA on the diagonal, and where models have other shapes.

BEGIN { FS = OFS = "\t"; print "row", "column", "name", "r" }
NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
function number(model) {
	if (!(model in number_of)) { number_of[model] = ++models; name[models] = model }
	return number_of[model]
}
{
	i = number($column["first"]); j = number($column["second"])
	if ($column["method"] == "ablation") r[i, j] = $column["spearman"]
	if ($column["method"] == "oan") r[j, i] = $column["spearman"]
}
END {
	for (i = 1; i <= models; i++)
		for (j = 1; j <= models; j++)
			print i, j, name[i], (i, j) in r ? r[i, j] : "NA"
}
