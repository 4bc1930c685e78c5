# removal.awk: removing each head alone, or OAN? The margin that both rankings keep, cross-fitted, in every model.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f criteria.awk -f removal.awk REMOVAL.tsv... > removal.tex
# A row a model: the experiment's own, seed 1, and those of further seeds of its fine-tuning.

BEGIN { program = "removal.awk"; undefined = "--" }

function kept_cells(e, m) {
	return " & " number(fixed(kept_of(e, m, "mean", "margin"), 1)) " & " \
		narrow_whole(kept_of(e, m, "mean", "low"), kept_of(e, m, "mean", "high"))
}
function above_cells(e, k) {
	return " & " number(signed_tenth(kept_of(e, "ablation", k, "above"))) " & " \
		narrow_tenth(kept_of(e, "ablation", k, "above_low"), kept_of(e, "ablation", k, "above_high"))
}

END {
	print "\\begin{tabular}{@{}l *{5}{@{\\hspace{5pt}}r@{\\hspace{3pt}}l}@{}}"
	print "\\toprule"
	print "& \\multicolumn{2}{c}{OAN} & \\multicolumn{2}{c}{Ablation} & \\multicolumn{6}{c}{Ablation less OAN} \\\\"
	print "\\cmidrule(lr){2-3}\\cmidrule(lr){4-5}\\cmidrule(l){6-11}"
	print "Model & mean & & mean & & mean & & $k = 10$ & & $k = 30$ & \\\\"
	print "\\midrule"
	for (i = 1; i <= removals; i++) {
		e = removal_one[i]
		if (experiment_of(e) != experiment_of(removal_one[i - 1])) {
			if (i > 1) print "\\addlinespace"
			print "\\multicolumn{11}{@{}l}{\\experiment{" e "}} \\\\"
		}
		print "\\quad seed " (e ~ /-s[0-9]+$/ ? substr(e, match(e, /[0-9]+$/)) : 1) kept_cells(e, "oan") kept_cells(e, "ablation") \
			above_cells(e, "mean") above_cells(e, 10) above_cells(e, 30) " \\\\"
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
