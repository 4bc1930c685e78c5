# criteria.awk: what a practitioner can choose from: quality and cost of each criterion, beside those of OAN.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Given after tsv.awk. Of an experiment, with methods.tsv, criteria.tsv and criteria-differences.tsv, the quality: the
# cross-fitted correlation with the ablation (of the ablation itself, that of its two halves), and how far it lies above
# OAN's; with costs.tsv, the cost, in forward passes over the same sentences; with criteria-kept.tsv, the margin kept.
#
# Which column stands for a published criterion is decided by its definition, not by how well it does: that of the paper,
# with zero for what takes a head's place, since zero is what the ablation puts there. The others are its variants.

BEGIN {
	list_criteria("series", "oan tam attnorm entinv taylor gradmag")
	list_criteria("other", "michel fisher taylor_second atp_zero graddrop_zero_abs ig")
	list_criteria("variant", "michel_token fisher_expected atp_zero_abs atp_mean atp_mean_abs atp_resample atp_resample_abs " \
		"graddrop_zero graddrop_mean_abs graddrop_mean graddrop_resample_abs graddrop_resample")
	list_criteria("removal", "ablation shapley greedy_cross")
}

function list_criteria(group, names,   i, n, name) {
	n = split(names, name, " ")
	for (i = 1; i <= n; i++) { criterion[++criteria] = name[i]; group_of[name[i]] = group }
}

# The ranking by the ablation itself is `oracle` in tables of methods.
function row_of(m) { return m == "ablation" ? "oracle" : m }
function quality_of(e, m, c) { return score_of(e, row_of(m), c) }
function passes_of(e, m) { return (e, m) in passes ? passes[e, m] : "NA" }
function kept_of(e, m, k, c) { return beside_oan_of(e, row_of(m), k, c) }
function has_criteria(e) { return known(passes_of(e, "ablation")) }

# Beside OAN, by a paired interval: above, below, level (it includes none); "" where there is none.
function side(low, high) { return !known(low) || !known(high) ? "" : low > 0 ? "above" : high < 0 ? "below" : "level" }
function quality_beside(e, m,   low, high) { # the table has how far OAN lies above the other: turned round
	low = difference_of(e, "oan", row_of(m), "cross_fitted_low"); high = difference_of(e, "oan", row_of(m), "cross_fitted_high")
	return known(low) && known(high) ? side(-high, -low) : ""
}
function kept_beside(e, m, k) { return side(kept_of(e, m, k, "above_low"), kept_of(e, m, k, "above_high")) }

# The document's experiments of which that is known: practised[1 .. n], with one of roles or without.
function list_practised(   i, n) {
	for (i = 1; i <= roles; i++) if (is_run(i) && has_criteria(role[i, "experiment"])) practised[++n] = role[i, "experiment"]
	return n + 0
}

# The practised experiments above narrow columns, two a piece, in two rows: minilm-, and below it sst2. first, second: what
# stands before them.
function print_experiments(first, second,   i, e, head, above, below) {
	for (i = 1; i in practised; i++) {
		e = practised[i]; head = substr(e, 1, index(e, "-"))
		above = above " & \\multicolumn{2}{c}{\\experiment{" head "}}"
		below = below " & \\multicolumn{2}{c}{\\experiment{" substr(e, length(head) + 1) "}}"
	}
	print first above " \\\\"
	print second below " \\\\"
}

# The rows of a table under the headings of their groups. row[CRITERION]; columns: how many the table has.
function print_grouped(row, columns,   i, j, n, group) {
	n = split("series,Of the series,other,Of others,variant,Variants of these,removal,Removal", group, ",")
	for (j = 1; j < n; j += 2) {
		print "\\addlinespace"
		print "\\multicolumn{" columns "}{@{}l}{" group[j + 1] "} \\\\"
		for (i = 1; i <= criteria; i++)
			if (group_of[criterion[i]] == group[j] && criterion[i] in row) print row[criterion[i]]
	}
}

# Forward passes, from the least to the most over the practised experiments.
function cost_of(m,   i, range, least, most) {
	for (i = 1; i in practised; i++) widen(range, m, passes_of(practised[i], m))
	if (!((m, "least") in range)) return undefined
	least = passes_in(range[m, "least"]); most = passes_in(range[m, "most"])
	return least == most ? least : least "--" most
}
function passes_in(x) { return number(fixed(x, x < 10 ? 1 : 0)) }

# sorted[1 .. n]: the criteria of which cost and quality are known, from the cheapest up, of equal cost from the best down;
# returns n.
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
