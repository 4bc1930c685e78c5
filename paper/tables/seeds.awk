# seeds.awk: correlations with ablation over the seeds of fine-tuning: the seed is the unit.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f seeds.awk NAME/seeds.tsv... > seeds.tex
# Below each mean: its 95 % interval, by Student's t.

BEGIN { program = "seeds.awk"; undefined = "--" }

function row(e, statistic, title,   i, text, below) {
	for (i = 1; i <= n; i++) {
		text = text " & " number(signed(pooled_of(e, name[i], statistic, "mean")))
		below = below " & " narrow(pooled_of(e, name[i], statistic, "low"), pooled_of(e, name[i], statistic, "high"))
	}
	print "\\quad " title text " \\\\"
	print "\\quad\\quad interval" below " \\\\"
}

END {
	n = split("oan tam taylor attnorm entinv gradmag layer oan_base", name, " ")
	print "\\begin{tabular}{@{}l *{" n "}{@{\\hspace{2.5pt}}c}@{}}"
	print "\\toprule"
	for (i = 1; i <= n; i++) printf " & %s", short_name(name[i])
	print " \\\\"
	for (i = 1; i <= pools; i++) {
		e = pooled_one[i]
		print i == 1 ? "\\midrule" : "\\addlinespace"
		print "\\multicolumn{" n + 1 "}{@{}l}{\\experiment{" e "}, " pooled_of(e, "oan", "cross_fitted", "seeds") " seeds} \\\\"
		row(e, "cross_fitted", "cross-fitted")
		row(e, "within_layer_cross_fitted", "within layers")
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
