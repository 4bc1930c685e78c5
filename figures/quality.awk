# quality.awk: what figures/quality.gp draws: of each criterion what it costs, and how well it predicts the ablation.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f criteria.awk -f quality.awk methods.tsv criteria.tsv costs.tsv > quality.tsv
# From the cheapest up, of equal cost from the best down; y counts from 1. group: series, other, removal.

BEGIN { program = "quality.awk"; OFS = "\t" }

END {
	if (failed) exit 1
	print "method", "group", "y", "passes", "r", "low", "high"
	n = rank_criteria(experiment, sorted)
	for (i = 1; i <= n; i++)
		print sorted[i], group_of[sorted[i]], i, passes_of(experiment, sorted[i]), quality_of(experiment, sorted[i], "cross_fitted"),
			quality_of(experiment, sorted[i], "cross_fitted_low"), quality_of(experiment, sorted[i], "cross_fitted_high")
}
