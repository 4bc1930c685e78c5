# numbers/experiments.awk: all of an experiment, under the name of its role.
# SPDX-License-Identifier: GPL-3.0-or-later

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
	set(r "/random/many", has_chance(e) ? "yes" : "no")
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
	set(r "/class/averaging", averaging(e))
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

# What averaging over the classes does to r, by the intervals of the mean over the classes and of all in as few sentences.
function averaging(e,   each, all) {
	each = class_of(e, "mean", "raw", "oan", "cross_fitted"); all = class_of(e, "all", "raw", "oan", "cross_fitted")
	if (!known(each) || !known(all)) return "cannot be judged here"
	if (each + 0 <= all + 0) return "does not lower $r$ here"
	return class_of(e, "mean", "raw", "oan", "cross_fitted_low") + 0 > class_of(e, "all", "raw", "oan", "cross_fitted_high") + 0 ? \
		"lowers $r$ here" : "is not shown to lower $r$ here"
}
