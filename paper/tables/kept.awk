# kept.awk: what each criterion keeps of the margin, cross-fitted, in every experiment of which that is known.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f criteria.awk -f kept.awk ROLES.tsv TABLES... > kept.tex
# TABLES: methods.tsv, facts.tsv, costs.tsv, criteria-kept.tsv and chance.tsv. A sign: the paired difference from OAN.

BEGIN { program = "kept.awk"; undefined = "--" }

function random_cells(e,   mean, most) {
	mean = has_chance(e) ? chance_of(e, "random", "mean", "margin") : kept_on_average(e, "random")
	most = has_chance(e) ? chance_of(e, "random", "mean", "margin_95") : kept_of(e, "oan", "mean", "random_95")
	return " & " number(fixed(mean, 1)) " & {\\scriptsize$\\le " fixed(most, 0) "$, of " random_rankings(e) "}"
}

# Of a criterion of which it is known in any experiment.
function set_row(m,   i, e, text, is_known) {
	for (i = 1; i <= n; i++) {
		e = practised[i]
		is_known = is_known || known(kept_of(e, m, "mean", "margin"))
		text = text " & " number(fixed(kept_of(e, m, "mean", "margin"), 1)) " & " \
			narrow_whole(kept_of(e, m, "mean", "low"), kept_of(e, m, "mean", "high")) sign_of(kept_beside(e, m, "mean"))
	}
	if (is_known) row[m] = "\\enspace \\name{" m "}" text " \\\\"
}

END {
	n = list_practised()
	print "\\begin{tabular}{@{}l *{" n "}{@{\\hspace{12pt}}r@{\\hspace{8pt}}l}@{}}"
	print "\\toprule"
	print_experiments("", "Criterion")
	print "\\midrule"
	printf "\\name{random}"
	for (i = 1; i <= n; i++) printf "%s", random_cells(practised[i])
	print " \\\\"
	for (i = 1; i <= criteria; i++) set_row(criterion[i])
	print_grouped(row, 2 * n + 1)
	print "\\bottomrule"
	print "\\end{tabular}"
}
