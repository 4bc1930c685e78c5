# numbers/design.awk: the controlled design.
# SPDX-License-Identifier: GPL-3.0-or-later

function write_design(   i, n, name, claim_name) {
	for (name in planned) set("boundary/plan/" name, number(planned[name]))
	for (name in rule) set("boundary/rule/" name, as_text(name, rule[name]))
	set("boundary/runs", runs + 0)
	set("boundary/short", short_runs + 0)
	set("boundary/omitted", omitted + 0)
	set("boundary/verdict", in_full(decided["verdict", "holds"]))
	n = split("no boundary,structure,depth,yardstick", claim_name, ",")
	for (i = 1; i <= n; i++) {
		name = claim_name[i]
		set("boundary/" name "/estimate", estimate_of(decided[name, "estimate"], decided[name, "low"], \
			decided[name, "high"], decided[name, "seeds"], decided[name, "against"]))
	}
	set("boundary/equal_depth/estimate", estimate_of_part("boundary", "equal_depth"))
	set("boundary/depth/corrected", estimate_of_part("depth", "corrected"))
	set("boundary/depth/corrected_size", size_beside_rule(part_of("depth", "corrected", "estimate")))
	set_best_steps(rule["four_class"])
	set("boundary/sentiment_left", known(decided["no boundary", "seeds"]) ? decided["no boundary", "seeds"] : 0)
	set("boundary/depth/way", !known(decided["depth", "estimate"]) ? "was not followed" : \
		decided["depth", "high"] < 0 ? "falls" : decided["depth", "low"] > 0 ? "rises" : "neither rises nor falls clearly")
	set("boundary/depth/surmise", beside_surmise())
}

# Depth is also what layers make.
function in_full(names) { sub(/depth/, "convergence depth", names); return names }

function estimate_of_part(p, v) {
	return estimate_of(part_of(p, v, "estimate"), part_of(p, v, "low"), part_of(p, v, "high"), part_of(p, v, "seeds"), part_of(p, v, "against"))
}

function size_beside_rule(x) {
	if (!known(x)) return "cannot be compared with"
	return (x < 0 ? -x : x + 0) >= rule["depth_least"] + 0 ? "reaches" : "does not reach"
}

# Between which steps the held-out accuracy of a condition's networks was best.
function set_best_steps(condition,   i, range) {
	for (i = 1; i <= runs_of[condition]; i++) widen(range, condition, best_step[condition, i])
	set("boundary/best_step/least", (condition, "least") in range ? number(range[condition, "least"]) : undefined)
	set("boundary/best_step/most", (condition, "most") in range ? number(range[condition, "most"]) : undefined)
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
	return "not judged: of reliable runs there are " seeds (known(against) ? " and " against : "") ", and it takes " rule["least_seeds"]
}
