# agreement.awk: how far each model's heads matter as those of the other models do.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f agreement.awk roles.tsv agreement.tsv > agreement.tex
# Means over the other models of the same shape; how many these are.

BEGIN { program = "agreement.awk"; undefined = "--" }

function add(model, i,    name) {
	name = agreement[i, "method"]
	if (!known(agreement[i, "spearman"])) return
	pairs[model, name]++
	sum[model, name] += agreement[i, "spearman"]
	if (name != "ablation") return
	crossed[model] += agreement[i, "cross_fitted"]
	within[model] += agreement[i, "within_layer"]
	reliability[model] = agreement[i, model == agreement[i, "first"] ? "reliability_first" : "reliability_second"]
	if (known(agreement[i, "corrected"])) { corrected[model] += agreement[i, "corrected"]; corrections[model]++ }
}
function mean_of(total, count) { return number(signed(count ? total / count : "NA")) }

END {
	for (i = 1; i <= agreements; i++) { add(agreement[i, "first"], i); add(agreement[i, "second"], i) }
	print "\\begin{tabular}{@{}lrrrrrrrr@{}}"
	print "\\toprule"
	print " & & \\multicolumn{5}{c}{Ablation} & \\name{oan} & \\name{taylor} \\\\"
	print "\\cmidrule(lr){3-7}\\cmidrule(lr){8-8}\\cmidrule(l){9-9}"
	print "Model & Others & reliability & $r$ & cross-fitted & corrected & within layers & $r$ & $r$ \\\\"
	print "\\midrule"
	for (i = 1; i <= roles; i++) {
		m = role[i, "experiment"]
		print "\\code{" tex(m) "} & " pairs[m, "ablation"] + 0 " & " \
			number(fixed(m in reliability ? reliability[m] : "NA", 2)) " & " \
			mean_of(sum[m, "ablation"], pairs[m, "ablation"]) " & " mean_of(crossed[m], pairs[m, "ablation"]) " & " \
			mean_of(corrected[m], corrections[m]) " & " mean_of(within[m], pairs[m, "ablation"]) " & " \
			mean_of(sum[m, "oan"], pairs[m, "oan"]) " & " mean_of(sum[m, "taylor"], pairs[m, "taylor"]) " \\\\"
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
