# quality.awk: what figures/quality.gp draws: of each criterion what it costs, and how well it predicts the ablation.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f criteria.awk -f quality.awk ROLES.tsv TABLES... > quality.tsv
# TABLES: methods.tsv, criteria.tsv and costs.tsv of the experiments. In the order of the first of them, from the cheapest
# up, of equal cost from the best down; y counts from 1. panel: the experiment's number, from 1; group: series, other,
# removal. Variants are left out.

BEGIN { program = "quality.awk"; OFS = "\t" }

END {
	print "panel", "experiment", "method", "group", "y", "passes", "r", "low", "high"
	panels = list_practised()
	n = rank_criteria(practised[1], sorted)
	for (i = 1; i <= n; i++) {
		if (group_of[sorted[i]] == "variant") continue
		y++
		for (p = 1; p <= panels; p++) {
			e = practised[p]
			print p, e, sorted[i], group_of[sorted[i]], y, passes_of(e, sorted[i]), quality_of(e, sorted[i], "cross_fitted"),
				quality_of(e, sorted[i], "cross_fitted_low"), quality_of(e, sorted[i], "cross_fitted_high")
		}
	}
}
