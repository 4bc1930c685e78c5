# across.awk: the correlation with ablation of the methods and controls, in every experiment that was run.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f across.awk ROLES.tsv published.tsv TABLES... > across.tex
# Below each correlation: its 95 % interval, and the cross-fitted one.

BEGIN { program = "across.awk"; undefined = "--" }

function row(e,   i, text, crossed, second) {
	for (i = 1; i <= n; i++) {
		text = text " & " number(signed(score_of(e, name[i], "spearman")))
		crossed = crossed " & " number(signed(score_of(e, name[i], "cross_fitted")))
		second = second " & " narrow(score_of(e, name[i], "ci_low"), score_of(e, name[i], "ci_high"))
	}
	if (rows++) print "\\addlinespace"
	print "\\multicolumn{" n + 1 "}{@{}l}{\\experiment{" e "}} \\\\"
	print "\\quad $r$" text " \\\\"
	print "\\quad interval" second " \\\\"
	print "\\quad cross-fitted" crossed " \\\\"
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
