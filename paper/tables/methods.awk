# methods.awk: the methods of the published table, and two controls, against ablation; published values beside them.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT $(TSV) -f methods.awk published.tsv methods.tsv kept.tsv > methods.tex
# Columns of published values are there as far as the series has any.

BEGIN { program = "methods.awk"; undefined = "{--}" }

function row(m,   text) {
	text = "\\name{" m "}"
	if (with_r) text = text " & " signed(published_of(repeats, m, "spearman"))
	text = text " & " signed(score_of(experiment, m, "spearman"))
	text = text " & " signed(score_of(experiment, m, "cross_fitted"))
	text = text " & " or_dash(narrow(score_of(experiment, m, "cross_fitted_low"), score_of(experiment, m, "cross_fitted_high")))
	text = text " & " p_value(holm_p(experiment, m))
	text = text " & " signed(score_of(experiment, m, "layer_spearman"))
	if (with_kept) text = text " & " fixed(published_of(repeats, m, "retention_mean"), 1)
	text = text " & " fixed(score_of(experiment, m, "retention_mean"), 1)
	text = text " & " fixed(kept_on_average(experiment, m), 1) " & " kept_interval(m)
	text = text " & " fixed(m == "random" ? score_of(experiment, m, "retention_k" k) : crossed_of(experiment, m, k, "margin"), 1)
	print text " & " fixed(score_of(experiment, m, "accuracy_k" k), 1) " \\\\"
}

function kept_interval(m,   low, high) {
	low = crossed_of(experiment, m, "mean", "low"); high = crossed_of(experiment, m, "mean", "high")
	return known(low) && known(high) ? "{\\scriptsize[$" fixed(low, 0) "$, $" fixed(high, 0) "$]}" : ""
}

function or_dash(text) { return text == undefined ? "--" : text }

END {
	k = budget(experiment)
	with_r = publishes(repeats, "spearman"); with_kept = publishes(repeats, "retention_mean")
	r = "S[table-format=+1.2] "; share = "S[table-format=-3.1] "
	print "\\begin{tabular}{@{}l " (with_r ? r : "") r r "@{\\hspace{2pt}}c " "S[table-format=<1.3] " r (with_kept ? "S[table-format=3.1] " : "") \
		share share "@{\\hspace{2pt}}l " share "S[table-format=3.1]@{}}"
	print "\\toprule"
	last_r = 6 + with_r; first_kept = last_r + 1; last_kept = first_kept + 3 + with_kept
	print "& \\multicolumn{" 5 + with_r "}{c}{Spearman's $r$ with ablation} & " \
		"\\multicolumn{" 4 + with_kept "}{c}{Margin kept (\\%)} & {Acc.} \\\\"
	print "\\cmidrule(lr){2-" last_r "} \\cmidrule(lr){" first_kept "-" last_kept "}"
	print "Method" (with_r ? " & {series}" : "") " & {same} & \\multicolumn{2}{c}{crossed} & {$p$} & {layers}" \
		(with_kept ? " & {series}" : "") " & {same} & \\multicolumn{2}{c}{crossed} & {$k=" k "$} & {$k=" k "$} \\\\"
	print "\\midrule"
	n = split("oan tam random taylor attnorm entinv", name, " ")
	for (i = 1; i <= n; i++) row(name[i])
	print "\\midrule"
	row("layer"); row("oracle")
	print "\\bottomrule"
	print "\\end{tabular}"
}
