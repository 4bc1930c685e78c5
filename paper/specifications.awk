# specifications.awk: what a method's specifications amount to, each a set of choices with its correlation.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Given after tsv.awk, with multiverse.tsv. A specification whose truth is too unreliable is left out of every summary;
# one whose r is not defined is none.

BEGIN {
	dimensions = split("form tokens target temperature truth level estimate", dimension, " ")
	# the measures of importance, zero-ablation first
	truth_names = "ablation ablation_mean ablation_resample ablation_margin_mean ablation_accuracy ablation_cross_entropy ablation_kl shapley"
	of_series = split("oan tam attnorm entinv taylor gradmag actmag", series_method, " ")
}

function spec_of(e, m, i, c) { return specification[e, m, i, c] }
function is_defined(e, m, i) { return known(spec_of(e, m, i, "r")) }
# The place of the cross-fitted specification of a column against a truth, at a level; 0: there is none.
function crossed_spec(e, m, name, truth, level,   i) {
	for (i = 1; i <= specifications[e, m]; i++)
		if (spec_of(e, m, i, "column") == name && spec_of(e, m, i, "truth") == truth &&
			spec_of(e, m, i, "level") == level && spec_of(e, m, i, "estimate") == "cross_fitted") return i
	return 0
}
function is_reliable(e, m, i) { return is_defined(e, m, i) && spec_of(e, m, i, "reliable") == 1 }

# sorted[1 .. n]: the defined specifications from the lowest r up; returns n.
function sort_specifications(e, m, sorted,   i, j, n) {
	split("", sorted)
	for (i = 1; i <= specifications[e, m]; i++) if (is_defined(e, m, i)) {
		for (j = ++n; j > 1 && spec_of(e, m, sorted[j - 1], "r") + 0 > spec_of(e, m, i, "r") + 0; j--) sorted[j] = sorted[j - 1]
		sorted[j] = i
	}
	return n + 0
}

# values[1 .. n]: the r of the reliable specifications whose choice in dimension d is this level (d "": of all), ascending.
# Of unreliable ones if wanted is 0. sorted: as sort_specifications left it, n long.
function choose(e, m, sorted, n, d, level, wanted, values,   i, kept) {
	split("", values)
	for (i = 1; i <= n; i++)
		if (is_reliable(e, m, sorted[i]) == wanted && (d == "" || spec_of(e, m, sorted[i], d) == level))
			values[++kept] = spec_of(e, m, sorted[i], "r")
	return kept + 0
}

# Of values[1 .. n], ascending: Hyndman and Fan's type 7.
function quantile(values, n, fraction,   place, below) {
	if (!n) return "NA"
	place = 1 + (n - 1) * fraction; below = int(place)
	return below == n ? values[n] : values[below] + (place - below) * (values[below + 1] - values[below])
}

# The share of values[1 .. n] below x, in %; those that equal it count half.
function share_below(values, n, x,   i, below) {
	for (i = 1; i <= n; i++) below += values[i] < x ? 1 : values[i] == x ? 0.5 : 0
	return n ? 100 * below / n : "NA"
}

# Over all pairs of reliable specifications that differ in dimension d alone: how many there are (pairs), the share whose
# signs differ in % (flips), the mean difference of r regardless of its sign (moves).
function compare_choices(e, m, d,   i, j, k, n, key, group, size, x, y) {
	for (i = 1; i <= specifications[e, m]; i++) if (is_reliable(e, m, i)) {
		key = ""
		for (k = 1; k <= dimensions; k++) if (dimension[k] != d) key = key SUBSEP spec_of(e, m, i, dimension[k])
		group[key, ++size[key]] = spec_of(e, m, i, "r") + 0
	}
	pairs = flips = moves = 0
	for (key in size) {
		n = size[key]
		for (i = 1; i < n; i++) for (j = i + 1; j <= n; j++) {
			x = group[key, i]; y = group[key, j]
			pairs++; flips += x * y < 0; moves += x < y ? y - x : x - y
		}
	}
	flips = pairs ? 100 * flips / pairs : "NA"
	moves = pairs ? moves / pairs : "NA"
}

# The dimension whose choice turns the sign of a method most often, of equal ones that which moves r farther; "" if none
# does. Sets most_flips.
function turning_choice(e, m,   k, best, farthest) {
	most_flips = 0; best = ""
	for (k = 1; k <= dimensions; k++) {
		compare_choices(e, m, dimension[k])
		if (!pairs || flips == 0) continue
		if (flips > most_flips || (flips == most_flips && moves > farthest)) {
			best = dimension[k]; most_flips = flips; farthest = moves
		}
	}
	return best
}
