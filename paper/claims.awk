# claims.awk: judges published claims by the regions that data/published.tsv gives them.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Given after tsv.awk. What is judged is of one method, since methods.tsv has no interval of a paired difference:
# correlations, and whether more than the whole margin is kept.

# Is claim i one that can be judged, and did experiment e measure it?
function is_judged(i, e) {
	return (claim[i, "statistic"] ~ /spearman/ || claim[i, "region"] == "above_100") && known(claim[i, "region"]) && claim[i, "method"] !~ /-/ &&
		(e, claim[i, "method"], claim[i, "statistic"]) in score
}

# Sets region_low and region_high, which are open ends where the region has none; false if it is not known.
function find_region(i,   n, z, r) {
	region_low = -2; region_high = 2
	if (claim[i, "region"] == "positive") region_low = 0.10
	else if (claim[i, "region"] == "strong") region_low = 0.40
	else if (claim[i, "region"] == "inverted") region_high = -0.10
	else if (claim[i, "region"] == "near_zero") { region_low = -0.20; region_high = 0.20 }
	else if (claim[i, "region"] == "above_100") { region_low = 100; region_high = 1e9 }
	else if (claim[i, "region"] == "numeric") {
		# Fisher's interval of the published value, of which nothing but r and n is known
		n = published_of(claim[i, "experiment"], "NA", claim[i, "statistic"] ~ /^layer/ ? "layers" : "heads")
		if (!known(n) || n < 4) return 0
		r = claim[i, "value"]; z = log((1 + r) / (1 - r)) / 2
		region_low = tanh(z - 1.959964 / sqrt(n - 3)); region_high = tanh(z + 1.959964 / sqrt(n - 3))
	} else return 0
	return 1
}

function tanh(x) { return (exp(2 * x) - 1) / (exp(2 * x) + 1) }

function region_text(i) {
	if (!find_region(i)) return undefined
	if (claim[i, "region"] == "above_100") return "$> 100\\,\\%$"
	if (region_low == -2) return "$\\le " signed(region_high) "$"
	if (region_high == 2) return "$\\ge " signed(region_low) "$"
	return interval(region_low, region_high)
}

# The bounds of the measured value's interval; NA at the layer level.
function low_of(i, e) { return bound_of(i, e, "low") }
function high_of(i, e) { return bound_of(i, e, "high") }
function bound_of(i, e, side,   s) {
	s = claim[i, "statistic"]
	if (!sub(/^spearman/, "ci_" side, s) && !sub(/^within_layer_spearman/, "within_layer_" side, s)) return "NA"
	return score_of(e, claim[i, "method"], s)
}

# Is there such an interval? That of random rankings is their spread.
function has_interval(i, e) { return claim[i, "method"] != "random" && known(low_of(i, e)) && known(high_of(i, e)) }

# "holds" if experiment e's value lies in the region of claim i, else "fails"; "firmly" if its whole interval does so.
function verdict(i, e,   r, low, high, inside) {
	r = score_of(e, claim[i, "method"], claim[i, "statistic"])
	if (!find_region(i) || !known(r)) return "not judged"
	inside = r >= region_low && r <= region_high
	if (!has_interval(i, e)) return inside ? "holds" : "fails"
	low = low_of(i, e); high = high_of(i, e)
	if (inside) return low >= region_low && high <= region_high ? "holds firmly" : "holds"
	return high < region_low || low > region_high ? "fails firmly" : "fails"
}
