# tsv.awk: loads the tables of experiments.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Given between columns.awk and tex.awk, each with -f: the three are $(TSV) in paper.mk. The experiment of a table is the
# folder it lies in (of data/pocket/model/record.tsv: pocket).
#   methods.tsv    score[experiment, method, column], and within_layer by its name in published.tsv, within_layer_spearman
#   differences.tsv, criteria-differences.tsv  difference_of(experiment, method, against, column): of two correlations
#   facts.tsv      fact[experiment, name], of the experiments studied_one[1 .. studied], further seeds and sets among them
#   record.tsv     trained[experiment, name]: what its training recorded
#   readings.tsv   read_as[experiment, reading, method, column]
#   classes.tsv    by_class[experiment, class, truth, method, column], to the largest other logit; those of the raw
#                  truth add score[…, spearman_CLASS]
#   multiverse.tsv  specification[experiment, method, 1 .. specifications[experiment, method], column]
#   harmful.tsv    harm[experiment, class, truth, COUNT]: heads whose removal raises the margin (heads), those whose
#                  interval lies below 0 (below), those that Holm's method leaves (holm); harmful[experiment] lists the
#                  last, of all sentences
#   retention.tsv  kept[experiment, method, k, column]; above_one[1 .. aboves]: experiment, method, k that keep more than the
#                  whole margin
#   chance.tsv     chance_of(experiment, method, k, column)
#   sizes.tsv      size_of(experiment, sentences, method, column); size[experiment, 1 .. sizes[experiment]], of the
#                  experiments sized_one[1 .. sized]
#   seeds.tsv      pooled_of(experiment, method, statistic, column), of the experiments pooled_one[1 .. pools]
#   kept.tsv       crossed_of(experiment, method, k, column), cross-fitted; k may be "mean", over budgets
#   removal.tsv, criteria-kept.tsv   beside_oan[experiment, method, k or "mean", column]: the same beside that of OAN; the
#                  experiments of the former are removal_one[1 .. removals], further seeds among them
#   criteria.tsv   score[experiment, method, column] of methods that methods.tsv has not
#   costs.tsv      passes[experiment, method]
#   published.tsv  claim[1 .. claims, column]; published[experiment, method, statistic]
#   verdicts.tsv   verdict[claim, scope, column]
#   roles.tsv      role[1 .. roles, column]: which experiment plays which role, which published one it repeats, and
#                  whether it was run
#   revision.tsv   revision[name] (env/revision.sh)
#   bench-largest.tsv   largest[column] of its last row; largest_stages
#   agreement.tsv  agreement[1 .. agreements, column]: of pairs of models
# Of the controlled design (boundary.mk):
#   plan.tsv, rule.tsv   planned[name], rule[name]
#   claims.tsv           decided[claim, column]
#   parts.tsv            part[part, variant, column]
#   omitted.tsv          omitted: how many snapshots and pairs; is_omitted[run, step, reading]
#   runs.tsv             runs, runs_of[condition]; best_step[condition, 1 .. runs_of[condition]]
#   snapshots.tsv        snapshot[run, reading, method, column]: of its last step
# Their order: heading, method, reading, class, fact_name, trained_name [experiment, 1 .. count[experiment, LIST]], and
# allowed[experiment, 1 .. count[experiment, "budget"]], the budgets of kept.tsv; of parts:
# variant[1 .. variants, "part" or "variant"].

BEGIN {
	required["methods"] = "method spearman ci_low ci_high p layer_spearman retention_mean within_layer cross_fitted cross_fitted_low cross_fitted_high " \
		"within_layer_cross_fitted within_layer_cross_fitted_low within_layer_cross_fitted_high"
	required["differences"] = "method against spearman cross_fitted cross_fitted_low cross_fitted_high"
	required["facts"] = required["record"] = required["revision"] = "name value"
	required["multiverse"] = "method column form tokens target temperature truth level estimate r low high reliability reliable truth_r truth_error effective_sentences"
	required["readings"] = "reading method margin reliability spearman cross_fitted within_layer"
	required["classes"] = "class reading truth method sentences reliability spearman ci_low ci_high cross_fitted cross_fitted_low cross_fitted_high within_layer"
	required["harmful"] = "class truth layer head effect ci_high p_holm"
	required["retention"] = "method k share margin accuracy margin_low margin_high accuracy_low accuracy_high cross_fitted " \
		"cross_fitted_low cross_fitted_high p_holm above"
	required["chance"] = "method k draws margin margin_low margin_high margin_95"
	required["kept"] = "method k margin low high above_low above_high split_error"
	required["removal"] = required["criteria-kept"] = "method k margin low high above above_low above_high random_95"
	required["sizes"] = "sentences method reliability spearman cross_fitted corrected"
	required["seeds"] = "method statistic seeds mean low high"
	required["criteria"] = "method spearman cross_fitted cross_fitted_low cross_fitted_high"
	required["costs"] = "method passes"
	required["roles"] = "role experiment repeats state why_not"
	required["bench-largest"] = "shape stage sentences cores seconds memory_mb disk_mb"
	required["agreement"] = "first second method spearman cross_fitted within_layer reliability_first reliability_second corrected"
	required["plan"] = required["rule"] = "name value"
	required["claims"] = "claim part estimate low high seeds against threshold holds"
	required["parts"] = "part variant estimate low high seeds against"
	required["omitted"] = "run step reading why"
	required["runs"] = "run snapshots best_step long_enough"
	required["snapshots"] = "run step reading method spearman cross_fitted within_layer"
	required["published"] = "claim experiment method statistic value region parts changed note"
	required["verdicts"] = "claim scope verdict because estimate low high experiment sentences seeds reliability region_low region_high rankings robust depends_on " \
		"fewer fewer_verdict"
}
FNR == 1 { open_table() }
!columns && /^#/ { next }
!columns { read_header(); check_header(); next }
NF != columns { fail(FILENAME, "line " FNR " has " NF " columns (expected " columns ")") }
kind == "methods" {
	method[experiment, ++count[experiment, "method"]] = cell("method")
	for (c in column) score[experiment, cell("method"), c] = $column[c]
	score[experiment, cell("method"), "within_layer_spearman"] = cell("within_layer")
}
kind == "differences" { for (c in column) difference[experiment, cell("method"), cell("against"), c] = $column[c] }
kind == "readings" {
	if (!((experiment, cell("reading")) in is_reading)) {
		is_reading[experiment, cell("reading")]
		reading[experiment, ++count[experiment, "reading"]] = cell("reading")
	}
	for (c in column) read_as[experiment, cell("reading"), cell("method"), c] = $column[c]
}
kind == "classes" && cell("reading") == "max" {
	if (!((experiment, cell("class")) in is_class)) {
		is_class[experiment, cell("class")]
		class[experiment, ++count[experiment, "class"]] = cell("class")
	}
	for (c in column) by_class[experiment, cell("class"), cell("truth"), cell("method"), c] = $column[c]
	if (cell("truth") == "raw") {
		of_class = cell("class") == "mean" ? "class_mean" : cell("class")
		score[experiment, cell("method"), "spearman_" of_class] = cell("spearman")
		score[experiment, cell("method"), "ci_low_" of_class] = cell("ci_low")
		score[experiment, cell("method"), "ci_high_" of_class] = cell("ci_high")
	}
}
kind == "multiverse" {
	++specifications[experiment, cell("method")]
	for (c in column) specification[experiment, cell("method"), specifications[experiment, cell("method")], c] = $column[c]
}
kind == "harmful" {
	++harm[experiment, cell("class"), cell("truth"), "heads"]
	if (known(cell("ci_high")) && cell("ci_high") < 0) ++harm[experiment, cell("class"), cell("truth"), "below"]
	if (known(cell("p_holm")) && cell("p_holm") < 0.05) {
		++harm[experiment, cell("class"), cell("truth"), "holm"]
		if (cell("class") == "all" && cell("truth") == "raw") add_harmful()
	}
}
kind == "facts" {
	if (!((experiment, "fact_name") in count)) studied_one[++studied] = experiment
	fact_name[experiment, ++count[experiment, "fact_name"]] = cell("name")
	fact[experiment, cell("name")] = cell("value")
}
kind == "record" {
	trained_name[experiment, ++count[experiment, "trained_name"]] = cell("name")
	trained[experiment, cell("name")] = cell("value")
}
kind == "revision" { revision[cell("name")] = cell("value") }
kind == "sizes" {
	if (!(experiment in sizes)) sized_one[++sized] = experiment
	if (cell("sentences") != size[experiment, sizes[experiment] + 0]) size[experiment, ++sizes[experiment]] = cell("sentences")
	for (c in column) by_size[experiment, cell("sentences"), cell("method"), c] = $column[c]
}
kind == "seeds" {
	if (!((experiment, "is pooled") in by_seed)) { pooled_one[++pools] = experiment; by_seed[experiment, "is pooled"] }
	for (c in column) by_seed[experiment, cell("method"), cell("statistic"), c] = $column[c]
}
kind == "criteria" {
	for (c in column) if (!((experiment, cell("method"), c) in score)) score[experiment, cell("method"), c] = $column[c]
}
kind == "costs" { passes[experiment, cell("method")] = cell("passes") }
kind == "retention" {
	for (c in column) kept[experiment, cell("method"), cell("k"), c] = $column[c]
	if (cell("above") == 1) above_one[++aboves] = experiment SUBSEP cell("method") SUBSEP cell("k")
}
kind == "kept" {
	if (!((experiment, cell("k")) in is_budget)) {
		is_budget[experiment, cell("k")]
		allowed[experiment, ++count[experiment, "budget"]] = cell("k")
	}
	for (c in column) kept_crossed[experiment, cell("method"), cell("k"), c] = $column[c]
}
kind == "chance" { for (c in column) by_chance[experiment, cell("method"), cell("k"), c] = $column[c] }
kind == "removal" && experiment != removal_one[removals + 0] { removal_one[++removals] = experiment }
kind == "removal" || kind == "criteria-kept" { for (c in column) beside_oan[experiment, cell("method"), cell("k"), c] = $column[c] }
kind == "roles" { ++roles; for (c in column) role[roles, c] = $column[c] }
kind == "bench-largest" { ++largest_stages; for (c in column) largest[c] = $column[c] }
kind == "agreement" { ++agreements; for (c in column) agreement[agreements, c] = $column[c] }
kind == "plan" { planned[cell("name")] = cell("value") }
kind == "rule" { rule[cell("name")] = cell("value") }
kind == "claims" { for (c in column) decided[cell("claim"), c] = $column[c] }
kind == "parts" {
	variant[++variants, "part"] = cell("part"); variant[variants, "variant"] = cell("variant")
	for (c in column) part[cell("part"), cell("variant"), c] = $column[c]
}
kind == "omitted" { omitted++; is_omitted[cell("run"), cell("step"), cell("reading")] }
kind == "runs" {
	runs++; short_runs += cell("long_enough") == "no"
	best_step[condition_of(cell("run")), ++runs_of[condition_of(cell("run"))]] = cell("best_step")
}
kind == "snapshots" {
	for (c in column) if (cell("step") + 0 >= snapshot[cell("run"), cell("reading"), cell("method"), "step"] + 0)
		snapshot[cell("run"), cell("reading"), cell("method"), c] = $column[c]
}
kind == "published" {
	++claims
	for (c in column) claim[claims, c] = $column[c]
	if (cell("value") != "NA") published[cell("experiment"), cell("method"), cell("statistic")] = cell("value")
}
kind == "verdicts" { for (c in column) verdict[cell("claim"), cell("scope"), c] = $column[c] }

function open_table(   depth, folder) {
	depth = split(FILENAME, folder, "/")
	kind = folder[depth]; sub(/\.tsv$/, "", kind)
	sub(/^multiverse-criteria$/, "multiverse", kind) # the same with more criteria and truths
	sub(/^criteria-differences$/, "differences", kind)
	experiment = folder[depth - (kind == "record" && folder[depth - 1] == "model" ? 2 : 1)]
	columns = 0
}

function check_header(   i, n, name) {
	if (kind == "methods") for (i = 1; i <= NF; i++) heading[experiment, ++count[experiment, "heading"]] = $i
	n = split(required[kind], name, " ")
	for (i = 1; i <= n; i++) place_of(name[i])
}

function add_harmful() {
	if (experiment in harmful) harmful[experiment] = harmful[experiment] "; "
	harmful[experiment] = harmful[experiment] "layer " cell("layer") ", head " cell("head") " (" number(signed(cell("effect"))) ")"
}

# ---- values; what is not there is NA ----

# p of one of the five scores of the published table, by Holm's method (1979) over these; of what is not among them, as it is.
function holm_p(e, m,   n, i, name, p, rank, x, largest) {
	n = split("oan tam taylor attnorm entinv", name, " ")
	for (i = 1; i <= n; i++) {
		p[name[i]] = score_of(e, name[i], "p")
		if (!known(p[name[i]])) delete p[name[i]]
	}
	if (!(m in p)) return score_of(e, m, "p")
	# in rising order, each times how many are left; never less than one before it
	for (i in p) if (p[i] + 0 <= p[m] + 0) {
		rank = 0
		for (x in p) rank += p[x] + 0 < p[i] + 0
		x = p[i] * (length(p) - rank)
		if (x > largest) largest = x
	}
	return largest > 1 ? 1 : largest
}
# How many random rankings tell what such keep: the many of chance.tsv where they were adopted, else the few of retention.tsv.
function random_rankings(e) { return has_chance(e) ? chance_of(e, "random", "mean", "draws") : fact_of(e, "draws") }
function has_chance(e) { return known(chance_of(e, "random", "mean", "draws")) }
function chance_of(e, m, k, c) { return (e, m, k, c) in by_chance ? by_chance[e, m, k, c] : "NA" }
function score_of(e, m, c) { return (e, m, c) in score ? score[e, m, c] : "NA" }
function fact_of(e, name) { return (e, name) in fact ? fact[e, name] : "NA" }
function trained_of(e, name) { return (e, name) in trained ? trained[e, name] : "NA" }
function read_of(e, r, m, c) { return (e, r, m, c) in read_as ? read_as[e, r, m, c] : "NA" }
function part_of(p, v, c) { return (p, v, c) in part ? part[p, v, c] : "NA" }
function size_of(e, n, m, c) { return (e, n, m, c) in by_size ? by_size[e, n, m, c] : "NA" }
function pooled_of(e, m, s, c) { return (e, m, s, c) in by_seed ? by_seed[e, m, s, c] : "NA" }
function retention_of(e, m, k, c) { return (e, m, k, c) in kept ? kept[e, m, k, c] : "NA" }
function beside_oan_of(e, m, k, c) { return (e, m, k, c) in beside_oan ? beside_oan[e, m, k, c] : "NA" }
function crossed_of(e, m, k, c) { return (e, m, k, c) in kept_crossed ? kept_crossed[e, m, k, c] : "NA" }
# The experiment of a model: without the number of a further seed.
function experiment_of(model) { return condition_of(model) }
function condition_of(run) { sub(/-s[0-9]+$/, "", run); return run }
function class_of(e, class_name, truth, m, c) {
	return (e, class_name, truth, m, c) in by_class ? by_class[e, class_name, truth, m, c] : "NA"
}
function is_run(i) { return role[i, "state"] != "not run" }
function difference_of(e, m, against, c) { return (e, m, against, c) in difference ? difference[e, m, against, c] : "NA" }
function published_of(e, m, s) { return (e, m, s) in published ? published[e, m, s] : "NA" }

# range[key, "least"] and range[key, "most"]: of those x so far that are known.
function widen(range, key, x) {
	if (!known(x)) return
	if (!((key, "least") in range) || x + 0 < range[key, "least"] + 0) range[key, "least"] = x
	if (!((key, "most") in range) || x + 0 > range[key, "most"] + 0) range[key, "most"] = x
}

# Does the series publish a number of this kind for experiment e?
function publishes(e, s,   i) {
	for (i = 1; i <= claims; i++)
		if (claim[i, "experiment"] == e && claim[i, "statistic"] == s && known(claim[i, "value"])) return 1
	return 0
}

# An experiment above its rows of a table, with what it is about.
function titled(e) {
	return "\\experiment{" e "}" (known(fact_of(e, "heads_total")) ? ", " fact_of(e, "heads_total") " heads, " fact_of(e, "sentences") " sentences" : "")
}

# The budget of which tables and text speak: 30, as the series does, or the largest of a smaller model.
function budget(e) { return budget_up_to(e, 30) }
# The mean margin kept over the budgets of 5 to 30, cross-fitted; of random rankings, which nothing is fitted to, as it is.
function kept_on_average(e, m) {
	return m == "random" ? score_of(e, m, "retention_mean") : crossed_of(e, m, "mean", "margin")
}
function last_budget(e) { return budget_up_to(e, 1e9) }
function budget_up_to(e, most,   i, k, best) {
	for (i = 1; i <= count[e, "heading"]; i++) if (heading[e, i] ~ /^retention_k/) {
		k = substr(heading[e, i], 12) + 0
		if (k <= most && k > best) best = k
	}
	return best
}
