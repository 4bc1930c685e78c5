# variants.awk: every other score and control against ablation, in every experiment that was run.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f variants.awk ROLES.tsv published.tsv TABLES... > variants.tex
# A correlation whose 95 % interval includes zero stands in parentheses.

BEGIN {
	program = "variants.awk"; undefined = "--"
	elsewhere = " oan tam random taylor attnorm entinv gradmag actmag layer oan_base oracle " # in other tables
}

function gather(e,   i) {
	for (i = 1; i <= count[e, "method"]; i++)
		if (!index(elsewhere, " " method[e, i] " ") && !seen[method[e, i]]++) other[++others] = method[e, i]
}

function with_doubt(e, m,   low, high, text) {
	low = score_of(e, m, "ci_low"); high = score_of(e, m, "ci_high")
	text = short(score_of(e, m, "spearman"))
	return known(low) && known(high) && low <= 0 && high >= 0 ? "(" text ")" : text
}

END {
	for (i = 1; i <= roles; i++) if (is_run(i)) { shown[++columns_shown] = role[i, "experiment"]; gather(role[i, "experiment"]) }
	print "\\begin{tabular}{@{}ll *{" columns_shown "}{r}@{}}"
	print "\\toprule"
	printf "Score & Definition"
	for (j = 1; j <= columns_shown; j++) printf " & \\rotatebox{90}{\\experiment{%s}}", shown[j]
	print " \\\\"
	print "\\midrule"
	for (i = 1; i <= others; i++) {
		printf "\\code{%s} & \\about{%s}", tex(other[i]), other[i]
		for (j = 1; j <= columns_shown; j++) printf " & %s", with_doubt(shown[j], other[i])
		print " \\\\"
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
