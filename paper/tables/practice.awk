# practice.awk: what each criterion costs, and how well it predicts the ablation, in every experiment of which that is known.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f criteria.awk -f practice.awk ROLES.tsv TABLES... > practice.tex
# TABLES: methods.tsv, criteria.tsv, criteria-differences.tsv and costs.tsv. A sign: the paired difference from OAN.

BEGIN { program = "practice.awk"; undefined = "--" }

function is_known(m,   i) {
	for (i = 1; i <= n; i++) if (known(quality_of(practised[i], m, "cross_fitted"))) return 1
	return 0
}

function row(m,   i, e) {
	if (!is_known(m)) return
	printf "\\enspace \\name{%s} & %s", m, cost_of(m)
	for (i = 1; i <= n; i++) {
		e = practised[i]
		printf " & %s%s & %s", shorter(quality_of(e, m, "cross_fitted")), sign_of(quality_beside(e, m)), \
			narrower(quality_of(e, m, "cross_fitted_low"), quality_of(e, m, "cross_fitted_high"))
	}
	print " \\\\"
}

function group(name, heading,   i) {
	print "\\addlinespace"
	print "\\multicolumn{" 2 * n + 2 "}{@{}l}{" heading "} \\\\"
	for (i = 1; i <= criteria; i++) if (group_of[criterion[i]] == name) row(criterion[i])
}

END {
	if (failed) exit 1
	n = list_practised()
	print "\\begin{tabular}{@{}l@{\\hspace{4pt}}r *{" n "}{@{\\hspace{5pt}}r@{\\hspace{6pt}}l}@{}}"
	print "\\toprule"
	print_experiments("&", "Criterion & Passes")
	print "\\midrule"
	group("series", "Of the series")
	group("other", "Of others")
	group("variant", "Variants of these")
	group("removal", "Removal")
	print "\\bottomrule"
	print "\\end{tabular}"
}
