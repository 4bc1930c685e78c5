# kept.awk: what each criterion keeps of the margin, cross-fitted, in every experiment of which that is known.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f criteria.awk -f kept.awk ROLES.tsv TABLES... > kept.tex
# TABLES: methods.tsv, facts.tsv, costs.tsv, criteria-kept.tsv and chance.tsv. A sign: the paired difference from OAN.

BEGIN { program = "kept.awk"; undefined = "--" }

# By the many of chance.tsv where they were adopted, else by the few of retention.tsv.
function random_cells(e) {
	if (known(chance_of(e, "random", "mean", "draws")))
		return random_cell(chance_of(e, "random", "mean", "margin"), chance_of(e, "random", "mean", "margin_95"), \
			chance_of(e, "random", "mean", "draws"))
	return random_cell(kept_on_average(e, "random"), kept_of(e, "oan", "mean", "random_95"), fact_of(e, "draws"))
}

function random_cell(mean, most, draws) {
	return " & " number(fixed(mean, 1)) " & {\\scriptsize$\\le " fixed(most, 0) "$, of " draws "}"
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
