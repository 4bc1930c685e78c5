# practice.awk: what each criterion costs, and how well it predicts the ablation, in every experiment of which that is known.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f criteria.awk -f practice.awk ROLES.tsv TABLES... > practice.tex
# TABLES: methods.tsv, criteria.tsv, criteria-differences.tsv and costs.tsv. A sign: the paired difference from OAN.

BEGIN { program = "practice.awk"; undefined = "--" }

# Of a criterion of which it is known in any experiment.
function set_row(m,   i, e, text, is_known) {
	for (i = 1; i <= n; i++) {
		e = practised[i]
		is_known = is_known || known(quality_of(e, m, "cross_fitted"))
		text = text " & " shorter(quality_of(e, m, "cross_fitted")) " & " \
			narrower(quality_of(e, m, "cross_fitted_low"), quality_of(e, m, "cross_fitted_high")) sign_of(quality_beside(e, m))
	}
	if (is_known) row[m] = "\\enspace \\name{" m "} & " cost_of(m) text " \\\\"
}

END {
	n = list_practised()
	print "\\begin{tabular}{@{}l@{\\hspace{4pt}}r *{" n "}{@{\\hspace{9pt}}r@{\\hspace{3pt}}l}@{}}"
	print "\\toprule"
	print_experiments("&", "Criterion & Passes")
	print "\\midrule"
	for (i = 1; i <= criteria; i++) set_row(criterion[i])
	print_grouped(row, 2 * n + 2)
	print "\\bottomrule"
	print "\\end{tabular}"
}
