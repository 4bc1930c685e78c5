# numbers.awk: every number that the text may name, as a TeX macro that is looked up by key.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f verdicts.awk -f specifications.awk -f criteria.awk -f numbers.awk ROLES.tsv published.tsv [verdicts.tsv] TABLES... > numbers.tex
# The text says \val{sentiment/oan/spearman}. Words that depend on a number are written here, too, so that the text is
# true however the numbers fall.
#   ROLE/METHOD/COLUMN        a column of methods.tsv, and what judge_method and judge_kept add
#   ROLE/above, above/anywhere    by which rankings more than the whole margin is kept, and in which experiments
#   ROLE/reading/READING/METHOD/COLUMN                     a column of readings.tsv
#   ROLE/class/CLASS/TRUTH/COLUMN                          a column of classes.tsv, of OAN
#   ROLE/multiverse/…         what the specifications amount to (write_multiverse)
#   ROLE/truth/TRUTH/…        a measure of importance: reliability, with_zero, and r of METHOD against it, cross-fitted
#   practice/…                what a practitioner can choose from, and what removal keeps beside OAN (write_practice)
#   ROLE/harmful              the heads of harmful.tsv that Holm's method leaves
#   ROLE/facts/NAME           ROLE/training/NAME           published/CLAIM
#   ROLE/experiment  ROLE/state  ROLE/why_not  ROLE/repeats  ROLE/budget  revision  revision/date  revision/sources
#   ROLE/claims/…, claims/…, checkpoint/claims/…   how many claims get which verdict (write_counts)
#   across/oan_above/METHOD   practice/experiments: in how many of the experiments that were run OAN lies above it
#   verdict/CLAIM  reason/CLAIM   on our models, in words, and which parts make it; claims/changed: which rules are not as
#                             they were
#   boundary/plan/NAME  boundary/rule/NAME  boundary/runs  boundary/CLAIM/estimate  boundary/equal_depth/estimate
#   boundary/depth/way  boundary/depth/surmise  boundary/verdict: the controlled design
# Of an experiment that was not run there are but its name, state and why_not.

BEGIN { program = "numbers.awk"; six = "oan tam random taylor attnorm entinv" }

function set(key, text) { printf "\\setvalue{%s}{%s}\n", key, text }

function as_text(name, x) {
	if (!known(x)) return undefined
	if (x ~ /^[0-9.]+-[0-9.]+$/) { sub(/-/, "--", x); return x } # a range
	if (x !~ /^[-+]?[0-9.]+(e[-+]?[0-9]+)?$/) { x = tex(x); gsub(/,/, ", ", x); return x }
	if (name == "held_out_accuracy") return number(fixed(100 * x, 1))
	if (name ~ /^accuracy|^retention/) return number(fixed(x, 1))
	if (name == "cross_fitted_bound") return number(fixed(x, 2))
	if (name ~ /spearman|^ci_|cross_fitted|within_layer/) return number(signed(x))
	if (name == "p") return number(p_value(x))
	return number(x == int(x) ? sprintf("%d", x) : significant(x))
}

# With the digits that it was published with.
function as_published(name, x) { return known(x) && x + 0 == x && name !~ /spearman/ ? number(x) : as_text(name, x) }

# ---- words ----

# By the interval.
function strength(r, low, high) {
	if (!known(r) || !known(low) || !known(high)) return "not defined"
	if (low <= 0 && high >= 0) return low >= -0.2 && high <= 0.2 ? "near zero" : "not told from zero"
	return (low >= 0.4 || high <= -0.4 ? "strongly " : "") (r > 0 ? "positive" : "inverted")
}

function significance(p) { return !known(p) ? "$p$ not defined" : p < 0.001 ? "$p < 0.001$" : "$p = " p_value(p) "$" }

function place(x, low, high, below, inside, above) {
	if (!known(x) || !known(low) || !known(high)) return "cannot be compared with"
	return x < low ? below : x > high ? above : inside
}

# Words, and comparisons with what is published, go by the cross-fitted estimate and its interval.
function judge_method(r, e, m, repeats,   key, low, high, old) {
	key = r "/" m
	low = score_of(e, m, "cross_fitted_low"); high = score_of(e, m, "cross_fitted_high")
	old = published_of(repeats, m, "spearman")
	set(key "/significance", significance(holm_p(e, m)))
	set(key "/strength", strength(score_of(e, m, "cross_fitted"), low, high))
	set(key "/within_strength", strength(score_of(e, m, "within_layer_cross_fitted"), \
		score_of(e, m, "within_layer_cross_fitted_low"), score_of(e, m, "within_layer_cross_fitted_high")))
	set(key "/carried", carried(e, m, low, high))
	set(key "/published_place", place(old, low, high, "lies below", "lies inside", "lies above"))
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
function random_rankings(e) {
	return known(chance_of(e, "random", "mean", "draws")) ? chance_of(e, "random", "mean", "draws") : fact_of(e, "draws")
}

# The methods of the published table by their r, or by what they keep on average, cross-fitted, from the highest down:
# "OAN > TAM ~ Taylor", where ~ stands between two whose intervals overlap.
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

# Does m lie above another, by their intervals? Of what random rankings keep there is none: by that of the difference.
function is_apart(e, c, m, other,   low, high) {
	if (c != "kept") { low = score_of(e, m, c "_low"); high = score_of(e, other, c "_high") }
	else if (other == "random") { low = crossed_of(e, m, "mean", "above_low"); high = 0 }
	else if (m == "random") { low = 0; high = crossed_of(e, other, "mean", "above_high") }
	else { low = crossed_of(e, m, "mean", "low"); high = crossed_of(e, other, "mean", "high") }
	return known(low) && known(high) && low + 0 > high + 0
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

# Of the claims of a published experiment, or of all (""): counted, how many get which verdict; few, how many of these
# for too few seeds; untested. In words, but for judged.
function write_counts(prefix, repeats, scope,   i, v, n) {
	split("", n)
	for (i = 1; i <= claims; i++) {
		v = verdict_of(i, scope, "verdict")
		if (!known(v) || (repeats != "" && claim[i, "experiment"] != repeats)) continue
		n[v]++
		n["judged"] += v != "not run"
		n["few"] += verdict_of(i, scope, "because") == "seeds"
	}
	set(prefix "claims/judged", n["judged"] + 0)
	set(prefix "claims/counted", counted_verdicts(n))
	set(prefix "claims/few", n["few"] ? n["few"] : "none")
	set(prefix "claims/untested", n["not run"] == 1 ? "one more" : n["not run"] ? n["not run"] " more" : "none")
}

# "6 published numbers and claims were put to the test: 3 are supported, 1 is contradicted and 2 are not decided".
function counted_verdicts(n,   i, kind_of, kinds, shown, text) {
	if (!n["judged"]) return "No published number or claim was put to the test"
	split("supported,contradicted,not decided", kind_of, ",")
	for (i = 1; i <= 3; i++) if (n[kind_of[i]])
		shown[++kinds] = (n["judged"] == 1 ? "it is " : n[kind_of[i]] == n["judged"] ? "all are " : \
			n[kind_of[i]] (n[kind_of[i]] == 1 ? " is " : " are ")) kind_of[i]
	if (n["judged"] > 1 && n["not decided"] == n["judged"]) shown[1] = "none is decided"
	for (i = 1; i <= kinds; i++) text = text (i == 1 ? "" : i < kinds ? ", " : " and ") shown[i]
	return (n["judged"] == 1 ? "One published number or claim was" : n["judged"] " published numbers and claims were") 		" put to the test: " text
}

function write_verdicts(   i, v, changed) {
	for (i = 1; i <= claims; i++) {
		v = verdict_of(i, "general", "verdict")
		if (known(v)) {
			set("verdict/" claim[i, "claim"], v == "not run" ? "not tested here" : v)
			set("reason/" claim[i, "claim"], reason(i, "general"))
		}
		if (known(claim[i, "changed"]))
			changed = changed (changed ? "; " : "") "\\code{" tex(claim[i, "claim"]) "}: " tex(claim[i, "changed"])
	}
	set("claims/changed", changed ? changed : "none")
	write_counts("", "", "general")
	write_counts("checkpoint/", "", "checkpoint")
}

# ---- a role ----

function write_readings(r, e,   i, j, m, name) {
	for (i = 1; i <= count[e, "reading"]; i++) {
		name = reading[e, i]
		set(r "/reading/" name "/margin", number(fixed(read_of(e, name, "oan", "margin"), 2)))
		set(r "/reading/" name "/reliability", number(fixed(read_of(e, name, "oan", "reliability"), 2)))
		for (j = 1; j <= count[e, "method"]; j++) {
			m = method[e, j]
			if ((e, name, m, "spearman") in read_as) {
				set(r "/reading/" name "/" m "/spearman", as_text("spearman", read_of(e, name, m, "spearman")))
				set(r "/reading/" name "/" m "/cross_fitted", as_text("spearman", read_of(e, name, m, "cross_fitted")))
				set(r "/reading/" name "/" m "/within_layer", as_text("spearman", read_of(e, name, m, "within_layer")))
			}
		}
	}
}

function write_classes(r, e,   i, name) {
	for (i = 1; i <= count[e, "class"]; i++) {
		name = class[e, i]
		if (name !~ /^[A-Za-z0-9 .+\/_-]+$/) continue # not a key in TeX: a study's, of which the text does not speak
		set(r "/class/" name "/sentences", number(class_of(e, name, "raw", "oan", "sentences")))
		write_class(r "/class/" name "/raw", e, name, "raw")
		write_class(r "/class/" name "/centred", e, name, "centred")
	}
}

function write_class(key, e, name, truth,   i, n, column_name) {
	n = split("spearman cross_fitted cross_fitted_low cross_fitted_high", column_name, " ")
	for (i = 1; i <= n; i++) set(key "/" column_name[i], as_text(column_name[i], class_of(e, name, truth, "oan", column_name[i])))
	set(key "/strength", strength(class_of(e, name, truth, "oan", "cross_fitted"), \
		class_of(e, name, truth, "oan", "cross_fitted_low"), class_of(e, name, truth, "oan", "cross_fitted_high")))
	set(key "/reliability", number(fixed(class_of(e, name, truth, "oan", "reliability"), 2)))
}

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
	set(r "/multiverse/shapley", has_truth(e, "oan", "shapley") ? "yes" : "no")
	set(r "/multiverse/unreliable", number(unreliable + 0))
}

function has_truth(e, m, truth,   i) {
	for (i = 1; i <= specifications[e, m]; i++) if (spec_of(e, m, i, "truth") == truth) return 1
	return 0
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

function write_role(i,   r) {
	r = role[i, "role"]
	set(r "/experiment", role[i, "experiment"])
	set(r "/name", tex(role[i, "experiment"]))
	set(r "/state", role[i, "state"])
	set(r "/why_not", tex(role[i, "why_not"]))
	set(r "/repeats", role[i, "repeats"])
	if (is_run(i)) write_measured(r, role[i, "experiment"], role[i, "repeats"])
}

function write_measured(r, e, repeats,   i, j, m, k, last) {
	if (!count[e, "method"]) fail("build/" e "/methods.tsv", "is empty or was not given (expected for the role '" r "')")
	for (i = 1; i <= count[e, "method"]; i++) {
		m = method[e, i]
		for (j = 1; j <= count[e, "heading"]; j++) if (heading[e, j] != "method")
			set(r "/" m "/" heading[e, j], as_text(heading[e, j], score[e, m, heading[e, j]]))
		judge_method(r, e, m, repeats)
	}
	for (i = 1; i <= count[e, "fact_name"]; i++) {
		m = fact_name[e, i]
		set(r "/facts/" m, as_text(m, fact[e, m]))
	}
	for (i = 1; i <= count[e, "trained_name"]; i++) {
		m = trained_name[e, i]
		set(r "/training/" m, as_text(m, trained[e, m]))
	}
	k = budget(e); last = last_budget(e)
	set(r "/budget", k)
	set(r "/last_budget", last)
	set(r "/random/rankings", random_rankings(e))
	set(r "/random/low", as_text("retention", random_of(e, k, "margin_low")))
	set(r "/random/high", as_text("retention", random_of(e, k, "margin_high")))
	set(r "/random/last_low", as_text("retention", random_of(e, last, "margin_low")))
	set(r "/random/last_high", as_text("retention", random_of(e, last, "margin_high")))
	set(r "/above", above_whole(e))
	set(r "/last_p", significance(retention_of(e, "oracle", last, "p_holm")))
	set(r "/ranking/cross_fitted", ranking(e, "cross_fitted"))
	set(r "/ranking/retention", ranking(e, "kept"))
	write_readings(r, e)
	write_classes(r, e)
	if ((e, "oan") in specifications) {
		write_multiverse(r, e, repeats)
		write_truths(r, e)
	}
	set(r "/harmful", e in harmful ? harmful[e] : "none")
	write_counts(r "/", repeats, count[e, "trained_name"] ? "general" : "checkpoint")
}

# The experiments in which any ranking keeps more than the whole margin; or none.
function above_anywhere(   i, text) {
	for (i = 1; i <= roles; i++)
		if (is_run(i) && above_whole(role[i, "experiment"]) != "none")
			text = text (text ? ", " : "") tex(role[i, "experiment"])
	return text ? text : "none"
}

# ---- what to use ----

# Of further criteria, where they are adopted: state, run or not run; experiments, their number; CRITERION/passes; by the
# cross-fitted r (quality) and the margin kept, the criteria clearly above or below OAN; dearer, those that cost more than
# removal; greedy, what greedy removal keeps beside OAN, and greedy/above, in how many experiments clearly more.
function write_practice(   i, greedy_above) {
	practices = list_practised()
	set("practice/state", practices ? "run" : "not run")
	set("practice/criteria/experiments", practices)
	for (i = 1; i <= criteria; i++) set("practice/" criterion[i] "/passes", cost_of(criterion[i]))
	set("practice/quality/above", criteria_beside("quality", "above"))
	set("practice/quality/below", criteria_beside("quality", "below"))
	set("practice/kept/above", criteria_beside("kept", "above"))
	set("practice/kept/below", criteria_beside("kept", "below"))
	set("practice/dearer", dearer_criteria())
	set("practice/greedy", greedy_beside())
	for (i = 1; i <= practices; i++) greedy_above += kept_beside(practised[i], "greedy_cross", "mean") == "above"
	set("practice/greedy/above", greedy_above + 0)
	write_removals()
}

# item[1 .. n] as "a, b and c".
function listed(item, n,   i, text) {
	for (i = 1; i <= n; i++) text = text (i == 1 ? "" : i < n ? ", " : " and ") item[i]
	return n ? text : "none"
}

# The criteria of the series and of others that lie there in some experiment, with the number of these unless it is all.
function criteria_beside(what, where,   i, j, m, found, item, n) {
	for (i = 1; i <= criteria; i++) {
		m = criterion[i]; found = 0
		if (group_of[m] != "series" && group_of[m] != "other") continue
		for (j = 1; j <= practices; j++)
			found += (what == "quality" ? quality_beside(practised[j], m) : kept_beside(practised[j], m, "mean")) == where
		if (found) item[++n] = "\\name{" m "}" (found < practices ? " (" found " of " practices ")" : "")
	}
	return listed(item, n)
}

function dearer_criteria(   i, j, m, item, n) {
	for (i = 1; i <= criteria; i++) {
		m = criterion[i]
		if ((group_of[m] == "series" || group_of[m] == "other") && (j = where_dearer(m)) != "none")
			item[++n] = "\\name{" m "} in " j
	}
	return listed(item, n)
}
function where_dearer(m,   j, e, item, n) {
	for (j = 1; j <= practices; j++) {
		e = practised[j]
		if (passes_of(e, m) + 0 > passes_of(e, "ablation") + 0)
			item[++n] = "\\experiment{" e "} (" passes_in(passes_of(e, m)) " passes, not " passes_in(passes_of(e, "ablation")) ")"
	}
	return listed(item, n)
}

function greedy_beside(   j, e, item, n) {
	for (j = 1; j <= practices; j++) {
		e = practised[j]
		if (known(kept_of(e, "greedy_cross", "mean", "above")))
			item[++n] = points_beside(e, "greedy_cross") " in \\experiment{" e "}" decided_as(kept_beside(e, "greedy_cross", "mean"))
	}
	return listed(item, n)
}
function points_beside(e, m) {
	return number(signed_tenth(kept_of(e, m, "mean", "above"))) " [" number(signed_tenth(kept_of(e, m, "mean", "above_low"))) ", " \
		number(signed_tenth(kept_of(e, m, "mean", "above_high"))) "]"
}
function decided_as(where) { return where == "level" ? " (not decided)" : "" }

# The ranking by the ablation beside OAN, in the margin kept on average, by paired intervals: models, in how many it lies
# above, below or level; the experiments in most of whose models it does, better, worse and open (neither);
# SCORE/clears: in how many models its interval lies above what 95 % of random rankings keep; unlabelled: which of those
# that need no labels does so most often.
function write_removals(   i, j, e, n, experiments, model, s, models, of, in_all, name) {
	for (i = 1; i <= removals; i++) {
		model = removal_one[i]; e = experiment_of(model); s = kept_beside(model, "ablation", "mean")
		if (!(e in models)) experiments[++n] = e
		models[e]++; of[e, s]++; in_all[s]++
		widen(e, kept_of(model, "ablation", "mean", "above"))
	}
	set("practice/removal/state", removals ? "run" : "not run")
	set("practice/removal/models", removals + 0)
	set("practice/removal/above", in_all["above"] + 0)
	set("practice/removal/below", in_all["below"] + 0)
	set("practice/removal/level", removals - in_all["above"] - in_all["below"])
	set("practice/removal/better", experiments_where("better", experiments, n, models, of))
	set("practice/removal/worse", experiments_where("worse", experiments, n, models, of))
	set("practice/removal/open", experiments_where("open", experiments, n, models, of))
	n = split("oan taylor tam attnorm entinv gradmag ablation", name, " ")
	for (j = 1; j <= n; j++) set("practice/" name[j] "/clears", models_clear_of_chance(name[j]))
	set("practice/unlabelled", clearest("oan tam attnorm entinv"))
}

function clearest(names,   i, n, name, most, item, found) {
	n = split(names, name, " ")
	for (i = 1; i <= n; i++) if (models_clear_of_chance(name[i]) > most) most = models_clear_of_chance(name[i])
	for (i = 1; i <= n; i++) if (most && models_clear_of_chance(name[i]) == most) item[++found] = "\\name{" name[i] "}"
	return listed(item, found)
}

function widen(e, x) {
	if (!(e in least_above) || x + 0 < least_above[e] + 0) least_above[e] = x
	if (!(e in most_above) || x + 0 > most_above[e] + 0) most_above[e] = x
}

function experiments_where(what, experiments, n, models, of,   i, e, where, item, k, found) {
	for (i = 1; i <= n; i++) {
		e = experiments[i]
		where = 2 * of[e, "above"] > models[e] ? "better" : 2 * of[e, "below"] > models[e] ? "worse" : "open"
		if (where != what) continue
		found = of[e, what == "worse" ? "below" : "above"] + 0
		item[++k] = "\\experiment{" e "} (" found " of " models[e] ", " number(signed_tenth(least_above[e])) \
			(models[e] > 1 ? " to " number(signed_tenth(most_above[e])) : "") ")"
	}
	return listed(item, k)
}

function models_clear_of_chance(m,   i, model, n) {
	for (i = 1; i <= removals; i++) {
		model = removal_one[i]
		n += known(kept_of(model, m, "mean", "low")) && kept_of(model, m, "mean", "low") + 0 > kept_of(model, m, "mean", "random_95") + 0
	}
	return n + 0
}

# In how many of the experiments a score's cross-fitted interval lies above zero, and in how many below.
function write_clear(   i, j, n, m, e, above, below, runs) {
	n = split("oan tam taylor attnorm entinv layer oan_base", m, " ")
	for (i = 1; i <= roles; i++) {
		if (!is_run(i)) continue
		runs++; e = role[i, "experiment"]
		for (j = 1; j <= n; j++) {
			above[j] += known(score_of(e, m[j], "cross_fitted_low")) && score_of(e, m[j], "cross_fitted_low") > 0
			below[j] += known(score_of(e, m[j], "cross_fitted_high")) && score_of(e, m[j], "cross_fitted_high") < 0
		}
	}
	set("practice/experiments", runs)
	for (j = 1; j <= n; j++) {
		set("practice/" m[j] "/above", above[j])
		set("practice/" m[j] "/below", below[j])
	}
}

# By the paired, cross-fitted difference: across/oan_above/METHOD, in how many experiments OAN lies above it.
function write_differences(   i, j, n, m, e, above) {
	n = split("tam taylor attnorm entinv layer oan_base", m, " ")
	for (i = 1; i <= roles; i++) {
		e = role[i, "experiment"]
		for (j = 1; is_run(i) && j <= n; j++)
			above[j] += known(difference_of(e, "oan", m[j], "cross_fitted_low")) && difference_of(e, "oan", m[j], "cross_fitted_low") > 0
	}
	for (j = 1; j <= n; j++) set("across/oan_above/" m[j], above[j] + 0)
}

# ---- the controlled design ----

function write_design(   i, n, name, claim_name) {
	for (name in planned) set("boundary/plan/" name, number(planned[name]))
	for (name in rule) set("boundary/rule/" name, as_text(name, rule[name]))
	set("boundary/runs", runs + 0)
	set("boundary/short", short_runs + 0)
	set("boundary/omitted", omitted + 0)
	set("boundary/verdict", decided["verdict", "holds"])
	n = split("no boundary,structure,depth,yardstick", claim_name, ",")
	for (i = 1; i <= n; i++) {
		name = claim_name[i]
		set("boundary/" name "/estimate", estimate_of(decided[name, "estimate"], decided[name, "low"], \
			decided[name, "high"], decided[name, "seeds"], decided[name, "against"]))
	}
	set("boundary/equal_depth/estimate", estimate_of(part_of("boundary", "equal_depth", "estimate"), \
		part_of("boundary", "equal_depth", "low"), part_of("boundary", "equal_depth", "high"), \
		part_of("boundary", "equal_depth", "seeds"), part_of("boundary", "equal_depth", "against")))
	set("boundary/depth/way", !known(decided["depth", "estimate"]) ? "was not followed" : \
		decided["depth", "high"] < 0 ? "falls" : decided["depth", "low"] > 0 ? "rises" : "neither rises nor falls clearly")
	set("boundary/depth/surmise", beside_surmise())
}

# The series surmises that r rises while a network converges, and that what it has on topics is weak for want of that.
function beside_surmise() {
	if (!known(decided["depth", "estimate"])) return "so that what the series surmises, that it rises, is not tested"
	if (decided["depth", "high"] < 0)
		return "the opposite of what the series surmises, so that convergence depth, as surmised, does not explain a weak OAN on topics"
	return decided["depth", "low"] > 0 ? "as the series surmises" : "where the series surmises that it rises"
}

# Seeds are those that are left; against: on the other side, if there are two.
function estimate_of(value, low, high, seeds, against) {
	if (known(value)) return number(signed(value)) " " interval(low, high)
	if (seeds + against == 0) return "not run"
	return "not to be had, with " seeds (known(against) ? " and " against : "") " runs left"
}

# ---- what it costs ----

function write_largest() {
	set("costs/state", largest_stages ? "run" : "not run")
	set("costs/largest/shape", largest["shape"])
	set("costs/largest/sentences", number(largest["sentences"]))
	set("costs/largest/cores", largest["cores"])
}

# ---- several models of one's own ----

function write_comparison(   i, r, pairs, comparable, least, most, total) {
	least = 1; most = -1
	for (i = 1; i <= agreements; i++) if (agreement[i, "method"] == "ablation") {
		pairs++
		r = agreement[i, "spearman"]
		if (!known(r)) continue
		comparable++; total += r
		if (r < least) least = r
		if (r > most) most = r
	}
	set("comparison/models", roles)
	set("comparison/sentences", as_text("sentences", fact[role[1, "experiment"], "sentences"]))
	set("comparison/shown", roles > 12 ? 12 : "all")
	set("comparison/pairs", pairs)
	set("comparison/comparable", comparable + 0)
	set("comparison/least", number(signed(comparable ? least : "NA")))
	set("comparison/most", number(signed(comparable ? most : "NA")))
	set("comparison/mean", number(signed(comparable ? total / comparable : "NA")))
}

END {
	set("revision", tex(revision["revision"]))
	set("revision/date", revision["date"])
	set("revision/sources", revision["sources"])
	for (i = 1; i <= claims; i++) {
		key = "published/" claim[i, "claim"]
		if (known(claim[i, "value"])) set(key, as_published(claim[i, "statistic"], claim[i, "value"]))
	}
	for (i = 1; i <= roles; i++) write_role(i)
	set("above/anywhere", above_anywhere())
	write_verdicts()
	write_practice()
	write_clear()
	write_differences()
	write_largest()
	if ("runs" in planned) write_design()
	if (agreements) write_comparison()
}
