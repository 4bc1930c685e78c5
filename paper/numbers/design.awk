# numbers/design.awk: the controlled design.
# SPDX-License-Identifier: GPL-3.0-or-later

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
