# kept.awk: what each criterion keeps of the margin, cross-fitted, in every experiment of which that is known.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f criteria.awk -f kept.awk ROLES.tsv TABLES... > kept.tex
# TABLES: methods.tsv, costs.tsv and criteria-kept.tsv. A sign: the paired difference from OAN.

BEGIN { program = "kept.awk"; undefined = "--" }

# Of a criterion of which it is known in any experiment.
function set_row(m,   i, e, text, is_known) {
	for (i = 1; i <= n; i++) {
		e = practised[i]
		is_known = is_known || known(kept_of(e, m, "mean", "margin"))
		text = text " & " number(fixed(kept_of(e, m, "mean", "margin"), 1)) sign_of(kept_beside(e, m, "mean")) " & " \
			narrow_whole(kept_of(e, m, "mean", "low"), kept_of(e, m, "mean", "high"))
	}
	if (is_known) row[m] = "\\enspace \\name{" m "}" text " \\\\"
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
	for (i = 1; i <= criteria; i++) set_row(criterion[i])
	print_grouped(row, 2 * n + 1)
	print "\\bottomrule"
	print "\\end{tabular}"
}
