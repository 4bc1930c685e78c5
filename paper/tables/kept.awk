# kept.awk: what each criterion keeps of the margin, cross-fitted, in every experiment of which that is known.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f criteria.awk -f kept.awk ROLES.tsv TABLES... > kept.tex
# TABLES: methods.tsv, costs.tsv and criteria-kept.tsv. A sign: the paired difference from OAN.

BEGIN { program = "kept.awk"; undefined = "--" }

function is_known(m,   i) {
	for (i = 1; i <= n; i++) if (known(kept_of(practised[i], m, "mean", "margin"))) return 1
	return 0
}

function cells(e, m, k) {
	return " & " number(fixed(kept_of(e, m, k, "margin"), 1)) sign_of(kept_beside(e, m, k)) " & " \
		narrow_whole(kept_of(e, m, k, "low"), kept_of(e, m, k, "high"))
}

function row(m,   i) {
	if (!is_known(m)) return
	printf "\\enspace \\name{%s}", m
	for (i = 1; i <= n; i++) printf "%s", cells(practised[i], m, "mean")
	print " \\\\"
}

function group(name, heading,   i) {
	print "\\addlinespace"
	print "\\multicolumn{" 2 * n + 1 "}{@{}l}{" heading "} \\\\"
	for (i = 1; i <= criteria; i++) if (group_of[criterion[i]] == name) row(criterion[i])
}

END {
	if (failed) exit 1
	n = list_practised()
	print "\\begin{tabular}{@{}l *{" n "}{@{\\hspace{12pt}}r@{\\hspace{8pt}}l}@{}}"
	print "\\toprule"
	print_experiments("", "Criterion")
	print "\\midrule"
	printf "\\name{random}"
	for (i = 1; i <= n; i++) printf " & %s & {\\scriptsize$\\le %s$}", number(fixed(kept_on_average(practised[i], "random"), 1)), \
		fixed(kept_of(practised[i], "oan", "mean", "random_95"), 0)
	print " \\\\"
	group("series", "Of the series")
	group("other", "Of others")
	group("variant", "Variants of these")
	group("removal", "Removal")
	print "\\bottomrule"
	print "\\end{tabular}"
}
