# numbers/specifications.awk: what the specifications of an experiment amount to, and its measures of importance.
# SPDX-License-Identifier: GPL-3.0-or-later

# Of all specifications: reliable, unreliable; of a method's: count, median, least, largest, positive and below (the
# published value), in %, turning (the choice that turns the sign most often) and flips, in % of the pairs; of a score
# against the ablation, cross-fitted: COLUMN/LEVEL, COLUMN/LEVEL/strength and COLUMN/effective.
function write_multiverse(r, e, repeats,   k, m, i, key, sorted, values, n, kept, reliable, unreliable, old, turning) {
	for (k = 1; k <= of_series; k++) {
		m = series_method[k]; key = r "/multiverse/" m
		n = sort_specifications(e, m, sorted); kept = choose(e, m, sorted, n, "", "", 1, values)
		old = published_of(repeats, m, "spearman")
		reliable += kept; unreliable += n - kept
		set(key "/count", kept)
		set(key "/median", as_text("spearman", quantile(values, kept, 0.5)))
		set(key "/least", as_text("spearman", quantile(values, kept, 0)))
		set(key "/largest", as_text("spearman", quantile(values, kept, 1)))
		set(key "/positive", number(kept ? fixed(100 - share_below(values, kept, 0), 0) : undefined))
		set(key "/below", number(known(old) && kept ? fixed(share_below(values, kept, old), 0) : undefined))
		turning = turning_choice(e, m)
		set(key "/turning", turning == "" ? "none" : "\\val{choice/" turning "}")
		set(key "/flips", number(fixed(most_flips, 0)))
		for (i = 1; i <= specifications[e, m]; i++)
			if (spec_of(e, m, i, "truth") == "ablation" && spec_of(e, m, i, "estimate") == "cross_fitted")
				write_specification(r "/multiverse/" spec_of(e, m, i, "column"), e, m, i)
	}
	set(r "/multiverse/reliable", number(reliable + 0))
	set(r "/multiverse/shapley", crossed_spec(e, "oan", "oan", "shapley", "all") ? "yes" : "no")
	set(r "/multiverse/unreliable", number(unreliable + 0))
}

# Of the methods that the text names, in their primary variant.
function write_truths(r, e,   j, m, n, i, truth) {
	n = split("oan taylor", m, " ")
	for (j = 1; j <= n; j++)
		for (i = 1; i <= specifications[e, m[j]]; i++) {
			if (spec_of(e, m[j], i, "column") != m[j] || spec_of(e, m[j], i, "level") != "all" ||
				spec_of(e, m[j], i, "estimate") != "cross_fitted") continue
			truth = r "/truth/" spec_of(e, m[j], i, "truth")
			set(truth "/reliability", number(fixed(spec_of(e, m[j], i, "reliability"), 2)))
			set(truth "/reliable", is_reliable(e, m[j], i) ? "yes" : "no")
			set(truth "/with_zero", number(signed(spec_of(e, m[j], i, "truth_r"))))
			set(truth "/" m[j], number(signed(spec_of(e, m[j], i, "r"))) " " \
				interval(spec_of(e, m[j], i, "low"), spec_of(e, m[j], i, "high")))
		}
}

function write_specification(key, e, m, i) {
	set(key "/" spec_of(e, m, i, "level"), as_text("spearman", spec_of(e, m, i, "r")) " " \
		interval(spec_of(e, m, i, "low"), spec_of(e, m, i, "high")))
	set(key "/" spec_of(e, m, i, "level") "/strength", strength(spec_of(e, m, i, "r"), \
		spec_of(e, m, i, "low"), spec_of(e, m, i, "high")))
	set(key "/effective", number(fixed(spec_of(e, m, i, "effective_sentences"), 1)))
}
