# criteria.awk: what a practitioner can choose from: quality and cost of each criterion, and which is best at its cost.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Given after tsv.awk, with methods.tsv, criteria.tsv and costs.tsv of an experiment. Quality: the cross-fitted correlation
# with the ablation; of the ablation itself, that of its two halves. Cost: in forward passes over the same sentences.

BEGIN {
	list_criteria("series", "oan tam attnorm entinv taylor gradmag actmag")
	list_criteria("other", "michel fisher taylor_second atp_zero atp_mean graddrop_zero ig")
	list_criteria("removal", "ablation shapley")
}

function list_criteria(group, names,   i, n, name) {
	n = split(names, name, " ")
	for (i = 1; i <= n; i++) { criterion[++criteria] = name[i]; group_of[name[i]] = group }
}

function quality_of(e, m, c) { return score_of(e, m == "ablation" ? "oracle" : m, c) }
function passes_of(e, m) { return (e, m) in passes ? passes[e, m] : "NA" }

# sorted[1 .. n]: the criteria of which both is known, from the cheapest up, of equal cost from the best down; returns n.
function rank_criteria(e, sorted,   i, j, n) {
	split("", sorted)
	for (i = 1; i <= criteria; i++) {
		if (!known(passes_of(e, criterion[i])) || !known(quality_of(e, criterion[i], "cross_fitted"))) continue
		for (j = ++n; j > 1 && comes_before(e, criterion[i], sorted[j - 1]); j--) sorted[j] = sorted[j - 1]
		sorted[j] = criterion[i]
	}
	return n + 0
}

function comes_before(e, a, b) {
	if (passes_of(e, a) + 0 != passes_of(e, b) + 0) return passes_of(e, a) + 0 < passes_of(e, b) + 0
	return quality_of(e, a, "cross_fitted") + 0 > quality_of(e, b, "cross_fitted") + 0
}

# The best criterion of a group: by its cross-fitted correlation; "" if there is none.
function best_of(e, group,   i, best) {
	for (i = 1; i <= criteria; i++)
		if (group_of[criterion[i]] == group && known(passes_of(e, criterion[i])) &&
			known(quality_of(e, criterion[i], "cross_fitted")) && (best == "" ||
			quality_of(e, criterion[i], "cross_fitted") + 0 > quality_of(e, best, "cross_fitted") + 0)) best = criterion[i]
	return best
}
