# variants.awk: every other score and control against ablation, in every experiment that was run.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f variants.awk ROLES.tsv published.tsv TABLES... > variants.tex
# The correlation on the same sentences, and cross-fitted; with a ring if its 95 % interval includes zero.

BEGIN {
	program = "variants.awk"; undefined = "--"
	elsewhere = " oan tam random taylor attnorm entinv gradmag actmag layer oan_base oracle " # in other tables
}

function gather(e,   i) {
	for (i = 1; i <= count[e, "method"]; i++)
		if (!index(elsewhere, " " method[e, i] " ") && !seen[method[e, i]]++) other[++others] = method[e, i]
}

function with_doubt(e, m, which, low, high,   text) {
	low = score_of(e, m, low); high = score_of(e, m, high)
	text = short(score_of(e, m, which))
	return text (known(low) && known(high) && low <= 0 && high >= 0 ? "\\rlap{$^\\circ$}" : "")
}

END {
	for (i = 1; i <= roles; i++) if (is_run(i)) { shown[++columns_shown] = role[i, "experiment"]; gather(role[i, "experiment"]) }
	print "\\begin{tabular}{@{}ll *{" columns_shown "}{r@{\\hspace{6pt}}r}@{}}"
	print "\\toprule"
	printf "Score & Definition"
	for (j = 1; j <= columns_shown; j++) printf " & \\multicolumn{2}{c}{\\rotatebox{90}{\\experiment{%s}}}", shown[j]
	print " \\\\"
	printf "&"
	for (j = 1; j <= columns_shown; j++) printf " & $r$ & cross"
	print " \\\\"
	print "\\midrule"
	for (i = 1; i <= others; i++) {
		printf "\\code{%s} & \\about{%s}", tex(other[i]), other[i]
		for (j = 1; j <= columns_shown; j++)
			printf " & %s & %s", with_doubt(shown[j], other[i], "spearman", "ci_low", "ci_high"),
				with_doubt(shown[j], other[i], "cross_fitted", "cross_fitted_low", "cross_fitted_high")
		print " \\\\"
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
