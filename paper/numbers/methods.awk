# numbers/methods.awk: what a score achieves in an experiment, beside what is published, random rankings and other scores.
# SPDX-License-Identifier: GPL-3.0-or-later

# Words go by the cross-fitted estimate and its interval, the comparison with what is published by that of the same
# sentences, as the series has it.
function judge_method(r, e, m, repeats,   key, low, high, old) {
	key = r "/" m
	low = score_of(e, m, "cross_fitted_low"); high = score_of(e, m, "cross_fitted_high")
	old = published_of(repeats, m, "spearman")
	set(key "/significance", significance(holm_p(e, m)))
	set(key "/strength", strength(score_of(e, m, "cross_fitted"), low, high))
	set(key "/within_strength", strength(score_of(e, m, "within_layer_cross_fitted"), \
		score_of(e, m, "within_layer_cross_fitted_low"), score_of(e, m, "within_layer_cross_fitted_high")))
	set(key "/carried", carried(e, m, low, high))
	set(key "/published_place", place(old, score_of(e, m, "ci_low"), score_of(e, m, "ci_high"), "lies below", "lies inside", "lies above"))
	judge_kept(key, e, m)
}

# What a large p within layers means for an r that is clear of zero: "by layers", or "open"; "no" where there is none.
function carried(e, m, low, high,   p, within) {
	p = holm_p(e, m); within = score_of(e, m, "within_layer_cross_fitted")
	if (!known(low) || !known(high) || !known(p) || !known(within) || (low <= 0 && high >= 0) || p < 0.05) return "no"
	return within / score_of(e, m, "cross_fitted") < 0.5 ? "by layers" : "open"
}

# Cross-fitted: kept_K, kept_K_low and kept_K_high, of every budget and of their mean; band, last_band: beside what 95 %
# of random rankings keep.
function judge_kept(key, e, m,   i, k) {
	for (i = 1; i <= count[e, "budget"]; i++) {
		k = allowed[e, i]
		set(key "/kept_" k, as_text("retention", crossed_of(e, m, k, "margin")))
		set(key "/kept_" k "_low", as_text("retention", crossed_of(e, m, k, "low")))
		set(key "/kept_" k "_high", as_text("retention", crossed_of(e, m, k, "high")))
	}
	set(key "/band", beside_random(e, m, budget(e)))
	set(key "/last_band", beside_random(e, m, last_budget(e)))
}

# The largest standard error, over methods and experiments, that comes of the number of splits, in what is kept on average.
function largest_split_error(   i, j, e, range) {
	for (i = 1; i <= roles; i++) {
		e = role[i, "experiment"]
		for (j = 1; is_run(i) && j <= count[e, "method"]; j++)
			widen(range, "error", crossed_of(e, method[e, j], "mean", "split_error"))
	}
	return ("error", "most") in range ? range["error", "most"] : "NA"
}

function beside_random(e, m, k,   low, high, least, most) {
	low = crossed_of(e, m, k, "low"); high = crossed_of(e, m, k, "high")
	least = random_of(e, k, "margin_low"); most = random_of(e, k, "margin_high")
	if (!known(low) || !known(high) || !known(least) || !known(most)) return "cannot be compared with"
	return low > most ? "lies above" : high < least ? "lies below" : low >= least && high <= most ? "lies inside" : "reaches into"
}

# What random rankings keep: by the many of chance.tsv where they were adopted, else by the few of retention.tsv.
function random_of(e, k, c) {
	return known(chance_of(e, "random", k, c)) ? chance_of(e, "random", k, c) : retention_of(e, "random", k, c)
}

# The methods of the published table by their r, or by what they keep on average, cross-fitted, from the highest down:
# "OAN > TAM ~ Taylor", where ~ stands between two that are not told apart.
function value_of(e, m, c) { return c == "kept" ? kept_on_average(e, m) : score_of(e, m, c) }

function ranking(e, c,   n, i, j, t, name, text) {
	n = split(six, name, " ")
	for (i = 1; i <= n; i++) if (!known(value_of(e, name[i], c))) name[i--] = name[n--]
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && value_of(e, name[j], c) + 0 > value_of(e, name[j - 1], c) + 0; j--) {
			t = name[j]; name[j] = name[j - 1]; name[j - 1] = t
		}
	for (i = 1; i <= n; i++)
		text = text (i == 1 ? "" : is_apart(e, c, name[i - 1], name[i]) ? " $>$ " : " $\\sim$ ") "\\name{" name[i] "}"
	return n ? text : undefined
}

# Does m lie above another? If one of them is OAN, by their paired difference; beside random rankings, whose mean r is
# zero, by the interval of r, or of what is kept above their mean; else by their intervals, which have to be apart.
function is_apart(e, c, m, other,   low, high) {
	low = paired_low(e, c, m, other)
	if (known(low)) return low > 0
	if (c != "kept") {
		low = m == "random" ? 0 : score_of(e, m, c "_low")
		high = other == "random" ? 0 : score_of(e, other, c "_high")
	} else if (other == "random") { low = crossed_of(e, m, "mean", "above_low"); high = 0 }
	else if (m == "random") { low = 0; high = crossed_of(e, other, "mean", "above_high") }
	else { low = crossed_of(e, m, "mean", "low"); high = crossed_of(e, other, "mean", "high") }
	return known(low) && known(high) && low + 0 > high + 0
}

# The low end of how far m lies above another, of which one is OAN.
function paired_low(e, c, m, other,   high) {
	if (m == "oan") {
		if (c != "kept") return difference_of(e, "oan", other, c "_low")
		high = beside_oan_of(e, other, "mean", "above_high")
		return known(high) ? -high : "NA"
	}
	if (other != "oan") return "NA"
	if (c == "kept") return beside_oan_of(e, m, "mean", "above_low")
	high = difference_of(e, "oan", m, c "_high")
	return known(high) ? -high : "NA"
}

# By which rankings more is kept than the whole margin, beyond chance: "TAM at 5 heads"; or none.
function above_whole(e,   i, j, m, k, text) {
	for (i = 1; i <= count[e, "method"]; i++)
		for (j = 1; j <= count[e, "budget"]; j++) {
			m = method[e, i]; k = allowed[e, j]
			if (retention_of(e, m, k, "above") == 1) text = text (text ? ", " : "") "\\name{" m "} at " k
		}
	return text ? text : "none"
}

# The same in every model and set of sentences that was measured, seeds and larger sets among them: "oracle in
# minilm-agnews-s2 (7, 10)"; or none.
function above_anywhere(   i, one, of, item, n) {
	for (i = 1; i <= aboves; i++) {
		split(above_one[i], one, SUBSEP)
		if ((one[1], one[2]) in of) of[one[1], one[2]] = of[one[1], one[2]] ", " one[3]
		else { item[++n] = one[1] SUBSEP one[2]; of[one[1], one[2]] = one[3] }
	}
	for (i = 1; i <= n; i++) {
		split(item[i], one, SUBSEP)
		item[i] = "\\name{" one[2] "} in \\experiment{" one[1] "} (" of[one[1], one[2]] ")"
	}
	return listed(item, n)
}

# In which of these heads do harm by Holm's method, and how many in each seed with any: "minilm-agnews-test (6, 4, 4)"; or
# none.
function harmful_anywhere(   i, e, heads, of, item, n) {
	for (i = 1; i <= studied; i++) {
		e = experiment_of(studied_one[i]); heads = fact_of(studied_one[i], "harmful_heads_holm")
		if (heads + 0 <= 0) continue
		if (e in of) of[e] = of[e] ", " heads
		else { item[++n] = e; of[e] = heads }
	}
	for (i = 1; i <= n; i++) item[i] = "\\experiment{" item[i] "} (" of[item[i]] ")"
	return listed(item, n)
}
