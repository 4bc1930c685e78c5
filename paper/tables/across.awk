# across.awk: the correlation with ablation of the methods and controls, in every experiment that was run.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f across.awk ROLES.tsv published.tsv TABLES... > across.tex
# Below each correlation its 95 % interval; the same cross-fitted; and how far OAN, cross-fitted, lies above the method.

BEGIN { program = "across.awk"; undefined = "--" }

function rows_of(e, title, c, low, high,   i, text, below) {
	for (i = 1; i <= n; i++) {
		text = text " & " number(signed(score_of(e, name[i], c)))
		below = below " & " narrow(score_of(e, name[i], low), score_of(e, name[i], high))
	}
	print "\\quad " title text " \\\\"
	print below " \\\\"
}

function rows_of_differences(e,   i, text, below) {
	for (i = 1; i <= n; i++) {
		text = text " & " (name[i] == "oan" ? "" : number(signed(difference_of(e, "oan", name[i], "cross_fitted"))))
		below = below " & " (name[i] == "oan" ? "" : narrow(difference_of(e, "oan", name[i], "cross_fitted_low"), \
			difference_of(e, "oan", name[i], "cross_fitted_high")))
	}
	print "\\quad less it" text " \\\\"
	print below " \\\\"
}

function row(e) {
	if (rows++) print "\\addlinespace"
	print "\\multicolumn{" n + 1 "}{@{}l}{" titled(e) "} \\\\"
	rows_of(e, "same", "spearman", "ci_low", "ci_high")
	rows_of(e, "crossed", "cross_fitted", "cross_fitted_low", "cross_fitted_high")
	rows_of_differences(e)
}

END {
	n = split("oan tam taylor attnorm entinv gradmag layer oan_base", name, " ")
	print "\\begin{tabular}{@{}l *{" n "}{@{\\hspace{2.5pt}}c}@{}}"
	print "\\toprule"
	for (i = 1; i <= n; i++) printf " & %s", short_name(name[i])
	print " \\\\"
	print "\\midrule"
	for (i = 1; i <= roles; i++) if (is_run(i)) row(role[i, "experiment"])
	print "\\bottomrule"
	print "\\end{tabular}"
}
