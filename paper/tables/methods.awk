# methods.awk: the methods of the published table, and two controls, against ablation; published values beside them.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT -f tsv.awk -f methods.awk published.tsv methods.tsv > methods.tex
# Without the published experiment that this one repeats, without its columns.

BEGIN { program = "methods.awk"; undefined = "{--}" }

function row(m,   text) {
	text = "\\name{" m "}"
	if (repeats) text = text " & " signed(published_of(repeats, m, "spearman"))
	text = text " & " signed(score_of(experiment, m, "spearman"))
	text = text " & " bracketed(score_of(experiment, m, "ci_low"), score_of(experiment, m, "ci_high"))
	text = text " & " p_value(score_of(experiment, m, "p"))
	text = text " & " signed(score_of(experiment, m, "layer_spearman"))
	if (repeats) text = text " & " fixed(published_of(repeats, m, "retention_mean"), 1)
	text = text " & " fixed(score_of(experiment, m, "retention_mean"), 1)
	text = text " & " fixed(score_of(experiment, m, "retention_k" k), 1)
	print text " & " fixed(score_of(experiment, m, "accuracy_k" k), 1) " \\\\"
}

function bracketed(low, high) { return known(low) && known(high) ? interval(low, high) : "--" }

END {
	k = budget(experiment)
	r = "S[table-format=+1.2] "; share = "S[table-format=3.1] "
	print "\\begin{tabular}{@{}l " (repeats ? r : "") r "c S[table-format=<1.3] " r (repeats ? share : "") \
		share share share "@{}}"
	print "\\toprule"
	print "& \\multicolumn{" (repeats ? 5 : 4) "}{c}{Spearman's $r$ with ablation} & " \
		"\\multicolumn{" (repeats ? 3 : 2) "}{c}{Margin kept (\\%)} & {Accuracy} \\\\"
	print repeats ? "\\cmidrule(lr){2-6} \\cmidrule(lr){7-9}" : "\\cmidrule(lr){2-5} \\cmidrule(lr){6-7}"
	print "Method" (repeats ? " & {published}" : "") " & {heads} & 95\\,\\% interval & {$p$} & {layers}" \
		(repeats ? " & {published}" : "") " & {mean} & {$k=" k "$} & {$k=" k "$ (\\%)} \\\\"
	print "\\midrule"
	n = split("oan tam random taylor attnorm entinv", name, " ")
	for (i = 1; i <= n; i++) row(name[i])
	print "\\midrule"
	row("layer"); row("oracle")
	print "\\bottomrule"
	print "\\end{tabular}"
}
