# numbers/claims.awk: the verdicts, and how many claims get which.
# SPDX-License-Identifier: GPL-3.0-or-later

# Of the claims of a published experiment, or of all (""): counted, how many get which verdict; open, how many none; few,
# how many of these for too few seeds; untested. In words, but for judged and open.
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
	set(prefix "claims/open", n["not decided"] + 0)
	set(prefix "claims/counted", counted_verdicts(n))
	set(prefix "claims/few", n["few"] ? n["few"] : "none")
	set(prefix "claims/untested", n["not run"] == 1 ? "one more" : n["not run"] ? n["not run"] " more" : "none")
}

# "6 numbers and claims were put to the test: 3 are supported, 1 is contradicted and 2 are not decided".
function counted_verdicts(n,   i, kind_of, kinds, shown) {
	if (!n["judged"]) return "No number or claim was put to the test"
	split("supported,contradicted,not decided", kind_of, ",")
	for (i = 1; i <= 3; i++) if (n[kind_of[i]])
		shown[++kinds] = (n["judged"] == 1 ? "it is " : n[kind_of[i]] == n["judged"] ? "all are " : \
			n[kind_of[i]] (n[kind_of[i]] == 1 ? " is " : " are ")) kind_of[i]
	if (n["judged"] > 1 && n["not decided"] == n["judged"]) shown[1] = "none is decided"
	return (n["judged"] == 1 ? "One number or claim was" : n["judged"] " numbers and claims were") \
		" put to the test: " listed(shown, kinds)
}

# Of the single claims that a larger set of sentences decides: how many would get which other verdict by the fewer:
# "1 supported would be not decided"; or none.
function verdicts_by_fewer(   i, j, k, v, kind_of, item, n, found) {
	split("supported,contradicted,not decided", kind_of, ",")
	for (i = 1; i <= claims; i++) {
		v = verdict_of(i, "general", "fewer_verdict")
		if (known(v)) found[verdict_of(i, "general", "verdict"), v]++
	}
	for (j = 1; j <= 3; j++)
		for (k = 1; k <= 3; k++)
			if (j != k && found[kind_of[j], kind_of[k]])
				item[++n] = found[kind_of[j], kind_of[k]] " " kind_of[j] " would be " kind_of[k]
	return listed(item, n)
}

# Claims about a direction that are contradicted though the rule holds: it holds the other way round.
function turned_round(   i, item, n) {
	for (i = 1; i <= claims; i++)
		if (verdict_of(i, "general", "because") == "direction") item[++n] = "\\code{" tex(claim[i, "claim"]) "}"
	return listed(item, n)
}

function write_verdicts(   i, v, changed) {
	for (i = 1; i <= claims; i++) {
		v = verdict_of(i, "general", "verdict")
		if (known(v)) {
			set("verdict/" claim[i, "claim"], v == "not run" ? "not tested here" : v)
			set("reason/" claim[i, "claim"], reason(i, "general"))
			if (claim[i, "region"] != "all") set("estimate/" claim[i, "claim"], estimate_of(verdict_of(i, "general", "estimate"), \
				verdict_of(i, "general", "low"), verdict_of(i, "general", "high"), verdict_of(i, "general", "seeds"), "NA"))
		}
		if (known(claim[i, "changed"]))
			changed = changed (changed ? "; " : "") "\\code{" tex(claim[i, "claim"]) "}: " tex(claim[i, "changed"])
	}
	set("claims/changed", changed ? changed : "none")
	set("claims/by_fewer", verdicts_by_fewer())
	set("claims/turned_round", turned_round())
	write_counts("", "", "general")
	write_counts("checkpoint/", "", "checkpoint")
}
