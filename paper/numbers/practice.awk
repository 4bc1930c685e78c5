# numbers/practice.awk: what a practitioner can choose from.
# SPDX-License-Identifier: GPL-3.0-or-later

# Of further criteria, where they are adopted: state, run or not run; experiments, their number, names and samples;
# CRITERION/passes; by the cross-fitted r (quality) and the margin kept, the criteria clearly above or below OAN; dearer,
# those that cost more than removal; greedy, what greedy removal keeps beside OAN, and greedy/above, in how many
# experiments clearly more. Of each role, criteria/above_whole: those that keep more than the whole margin.
function write_practice(   i, greedy_above) {
	practices = list_practised()
	set("practice/state", practices ? "run" : "not run")
	set("practice/criteria/experiments", practices)
	set("practice/criteria/names", practised_names())
	set("practice/criteria/samples", practised_samples())
	for (i = 1; i <= criteria; i++) set("practice/" criterion[i] "/passes", cost_of(criterion[i]))
	set("practice/quality/above", criteria_beside("quality", "above"))
	set("practice/quality/below", criteria_beside("quality", "below"))
	set("practice/kept/above", criteria_beside("kept", "above"))
	set("practice/kept/below", criteria_beside("kept", "below"))
	set("practice/dearer", dearer_criteria())
	set("practice/greedy", greedy_beside())
	for (i = 1; i <= practices; i++) greedy_above += kept_beside(practised[i], "greedy_cross", "mean") == "above"
	set("practice/greedy/above", greedy_above + 0)
	for (i = 1; i <= roles; i++) set(role[i, "role"] "/criteria/above_whole", criteria_above_whole(role[i, "experiment"]))
	write_removals()
}

function practised_names(   i, item) {
	for (i = 1; i <= practices; i++) item[i] = "\\experiment{" practised[i] "}"
	return listed(item, practices)
}

function practised_samples(   i, e, text) {
	for (i = 1; i <= practices; i++) {
		e = practised[i]
		text = text (i > 1 ? "; " : "") number(fact_of(e, "heads_total")) " heads of \\experiment{" e "}, " \
			number(fact_of(e, "sentences")) " sentences"
	}
	return text
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

# Which keep more than the whole margin on average, by their own intervals, which are not corrected for their number.
function criteria_above_whole(e,   i, m, item, n) {
	for (i = 1; i <= criteria; i++) {
		m = criterion[i]
		if (group_of[m] != "series" && m != "ablation" && known(kept_of(e, m, "mean", "low")) && kept_of(e, m, "mean", "low") + 0 > 100)
			item[++n] = "\\name{" m "}"
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

# removal/…, taylor_kept/…: the ranking by the ablation, and by the Taylor criterion, beside OAN; SCORE/clears: in how many
# models its interval lies above what 95 % of random rankings keep, and clears_where, in which (clears_briefly: without
# their names); unlabelled: which of those that need no labels does so most often.
function write_removals(   j, n, name) {
	set("practice/removal/state", removals ? "run" : "not run")
	set("practice/removal/models", removals + 0)
	write_beside_oan("practice/removal/", "ablation")
	write_beside_oan("practice/taylor_kept/", "taylor")
	n = split("oan taylor tam attnorm entinv gradmag ablation", name, " ")
	for (j = 1; j <= n; j++) {
		set("practice/" name[j] "/clears", models_clear_of_chance(name[j], ""))
		set("practice/" name[j] "/clears_where", where_clear_of_chance(name[j], 1))
		set("practice/" name[j] "/clears_briefly", where_clear_of_chance(name[j], 0))
	}
	set("practice/unlabelled", clearest("oan tam attnorm entinv"))
}

# In the margin kept on average, by paired intervals: in how many models m lies above OAN, below or level; told: the
# experiments in most of whose models it does the one, the other, or neither.
function write_beside_oan(key, m,   i, e, n, experiments, s, models, of, in_all, range) {
	n = list_removed(experiments, models)
	for (i = 1; i <= removals; i++) {
		e = experiment_of(removal_one[i]); s = kept_beside(removal_one[i], m, "mean")
		of[e, s]++; in_all[s]++
		widen(range, e, kept_of(removal_one[i], m, "mean", "above"))
	}
	set(key "above", in_all["above"] + 0)
	set(key "below", in_all["below"] + 0)
	set(key "level", removals - in_all["above"] - in_all["below"])
	set(key "told", told_by_experiment(experiments, n, models, of, range))
}

# The experiments with such models, experiments[1 .. n], and how many each has, models[EXPERIMENT]; returns n.
function list_removed(experiments, models,   i, e, n) {
	for (i = 1; i <= removals; i++) {
		e = experiment_of(removal_one[i])
		if (!models[e]++) experiments[++n] = e
	}
	return n + 0
}

function told_by_experiment(experiments, n, models, of, range,   i, k, kind, before, list, text) {
	split("above,below,neither", kind, ","); split("more in most models of ,less in most models of ,neither in ", before, ",")
	for (i = 1; i <= 3; i++) {
		list = experiments_where(kind[i], experiments, n, models, of, range)
		if (list != "none") text = text (k++ ? "; " : "") before[i] list
	}
	return text ? text : "nothing was measured"
}

function clearest(names,   i, n, name, most, item, found) {
	n = split(names, name, " ")
	for (i = 1; i <= n; i++) if (models_clear_of_chance(name[i], "") > most) most = models_clear_of_chance(name[i], "")
	for (i = 1; i <= n; i++) if (most && models_clear_of_chance(name[i], "") == most) item[++found] = "\\name{" name[i] "}"
	return listed(item, found)
}

function experiments_where(what, experiments, n, models, of, range,   i, e, where, item, k, found) {
	for (i = 1; i <= n; i++) {
		e = experiments[i]
		where = 2 * of[e, "above"] > models[e] ? "above" : 2 * of[e, "below"] > models[e] ? "below" : "neither"
		if (where != what) continue
		found = what == "neither" ? "more in " of[e, "above"] + 0 ", less in " of[e, "below"] + 0 : of[e, what] + 0
		item[++k] = "\\experiment{" e "} (" found " of " models[e] ", " number(signed_tenth(range[e, "least"])) \
			(models[e] > 1 ? " to " number(signed_tenth(range[e, "most"])) : "") ")"
	}
	return listed(item, k)
}

# Of an experiment, or of all ("").
function models_clear_of_chance(m, e,   i, model, n) {
	for (i = 1; i <= removals; i++) {
		model = removal_one[i]
		if (e != "" && e != experiment_of(model)) continue
		n += known(kept_of(model, m, "mean", "low")) && kept_of(model, m, "mean", "low") + 0 > kept_of(model, m, "mean", "random_95") + 0
	}
	return n + 0
}

# "5 of 5 models of minilm-sst2, 2 of 3 of minilm12-sst2, …", or, not named, "5 of 5, 2 of 3, …".
function where_clear_of_chance(m, named,   i, e, models, item, n) {
	n = list_removed(item, models)
	for (i = 1; i <= n; i++) {
		e = item[i]
		item[i] = models_clear_of_chance(m, e) " of " models[e] (named ? (i == 1 ? " models" : "") " of \\experiment{" e "}" : "")
	}
	return listed(item, n)
}

# In how many of the experiments a score's cross-fitted interval lies above zero, and in how many below.
function write_clear(   i, j, n, m, e, above, below, runs) {
	n = split("oan tam taylor attnorm entinv layer oan_base", m, " ")
	for (i = 1; i <= roles; i++) {
		if (!is_run(i)) continue
		runs++; e = role[i, "experiment"]
		for (j = 1; j <= n; j++) {
			above[j] += is_above_zero(score_of(e, m[j], "cross_fitted_low"))
			below[j] += known(score_of(e, m[j], "cross_fitted_high")) && score_of(e, m[j], "cross_fitted_high") < 0
		}
	}
	set("practice/experiments", runs)
	for (j = 1; j <= n; j++) {
		set("practice/" m[j] "/above", above[j])
		set("practice/" m[j] "/below", below[j])
	}
}
