# verdicts.awk: the words in which published.tsv and verdicts.tsv are told.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Given after tsv.awk, by programs that read the two.

function verdict_of(i, scope, c) {
	return (claim[i, "claim"], scope, c) in verdict ? verdict[claim[i, "claim"], scope, c] : "NA"
}

# ---- claims ----

# A claim as the series puts it: what its note says after the place.
function in_words(i,   text) {
	text = claim[i, "note"]
	sub(/^[^:]*: /, "", text)
	return tex(text)
}

# Is it asked by us, where the series' words want more than one number, or a cause an intervention?
function is_ours(i) { return claim[i, "note"] ~ /^(ours|intervention): / }

# What is claimed of what is measured: a number or a word.
function claimed(i,   region, text) {
	text = measured_quantity(i)
	region = claim[i, "region"]
	if (region == "numeric") return text ": " number(signed(claim[i, "value"]))
	if (region == "above_100") return text ": above 100\\,\\%"
	if (region == "holds_rising") return text ": holds, $r$ rising"
	gsub(/_/, " ", region)
	return text ": " region
}

function measured_quantity(i,   m, s) {
	m = claim[i, "method"]; s = claim[i, "statistic"]
	if (s == "harmful_heads") return "harmful heads"
	if (!known(claim[i, "experiment"])) return controlled_quantity(m, s)
	return method_name(m) quantity(s)
}

function controlled_quantity(m, s) {
	if (s == "boundary") return method_name(m) ", sentiment less topics"
	if (s ~ /^lost_/) return method_name(m) ", lost while converging"
	if (s ~ /^converged_/) return method_name(m) ", converged"
	return s == "structure" ? "binary structure" : s == "depth" ? "convergence depth" : s
}

# A method, or the difference of two.
function method_name(m,   pair) {
	if (split(m, pair, "-") == 2) return method_name(pair[1]) " less " method_name(pair[2])
	if (m ~ /_cls$/) return "\\name{" substr(m, 1, index(m, "_") - 1) "}, first token"
	return m ~ /_t[0-9a-z]+$/ ? "\\name{" substr(m, 1, index(m, "_") - 1) "}, unsaturated" : \
		m ~ /_/ ? "\\code{" tex(m) "}" : "\\name{" m "}"
}

function quantity(s) {
	if (s == "retention_mean") return ", kept on average"
	if (s ~ /^retention_k/) return ", kept at $k = " substr(s, 12) "$"
	if (s == "spearman_class_mean") return ", mean over classes"
	if (s ~ /^spearman_/) return ", " substr(s, 10) " alone"
	return s ~ /^layer/ ? ", layers" : s ~ /^within/ ? ", within layers" : ""
}

# ---- why a verdict is what it is ----

# Whether a verdict is robust, or what it depends on; of one that is open, why; and, where it would be another on fewer
# sentences, which.
function remark(i, scope,   text, other) {
	text = remark_on_verdict(i, scope); other = verdict_of(i, scope, "fewer_verdict")
	if (!known(other) || other == verdict_of(i, scope, "verdict")) return text
	return text (text ? "; " : "") "by " verdict_of(i, scope, "fewer") ": " other
}

function remark_on_verdict(i, scope,   because) {
	because = verdict_of(i, scope, "because")
	if (claim[i, "region"] == "all") return remark_of_parts(i, scope, because)
	if (because == "seeds") return counted(verdict_of(i, scope, "seeds"), known(claim[i, "experiment"]) ? "seed" : "reliable run")
	if (because == "reliability") return "reliability " number(fixed(verdict_of(i, scope, "reliability"), 2))
	if (because == "direction") return "the other way round"
	if (because == "interval") return "interval"
	if (claim[i, "method"] == "random" && claim[i, "region"] == "numeric") return "by construction"
	if (claim[i, "region"] == "numeric" && verdict_of(i, scope, "region_high") - verdict_of(i, scope, "region_low") > 1) return "wide region"
	if (verdict_of(i, scope, "robust") == "yes") return "robust"
	return verdict_of(i, scope, "robust") == "no" ? "not by " alternatives(i, verdict_of(i, scope, "depends_on")) : ""
}

# Of a compound claim: how many of its parts make the verdict, where not all must.
function remark_of_parts(i, scope, because,   text, robust, unused) {
	if (known(because))
		text = split(because, unused, ",") " of " counted(split(claim[i, "parts"], unused, ","), "part") \
			(verdict_of(i, scope, "verdict") == "not decided" ? " open" : "")
	robust = verdict_of(i, scope, "robust")
	return text (text && known(robust) ? ", " : "") (robust == "yes" ? "robust" : robust == "no" ? "not robust" : "")
}

# The same as what follows a verdict in a sentence: which parts make it, and whether it is robust.
function reason(i, scope,   because, n, k, part, unused, text) {
	because = verdict_of(i, scope, "because")
	if (claim[i, "region"] != "all" || !known(because)) return robustness(i, scope)
	n = split(because, part, ",")
	for (k = 1; k <= n; k++) text = text (k > 1 ? "; " : "") part_in_words(part[k])
	return (verdict_of(i, scope, "verdict") == "not decided" ? ", open in " : ", by ") n " of its " \
		split(claim[i, "parts"], unused, ",") " parts (" text ")" robustness(i, scope)
}

function robustness(i, scope,   robust) {
	robust = verdict_of(i, scope, "robust")
	return robust == "yes" ? ", robustly" : robust == "no" ? ", but not by every alternative" : ""
}

function part_in_words(name,   i) {
	for (i = 1; i <= claims; i++) if (claim[i, "claim"] == name)
		return claim[i, "region"] == "all" ? in_words(i) : \
			claimed(i) (is_ours(i) ? ", asked by us" : known(claim[i, "experiment"]) ? ", claimed of \\experiment{" claim[i, "experiment"] "}" : "")
	return tex(name)
}

function counted(n, singular) { return n " " singular (n == 1 ? "" : "s") }

# Of many variants only their number: verdicts.tsv has the names.
function alternatives(i, list,   n, k, name, one, text, variants, named) {
	n = split(list, name, ",")
	for (k = 1; k <= n; k++) {
		one = alternative(i, name[k])
		if (one !~ /^\\code/) text = text ", " one
		else { variants++; named = named ", " one }
	}
	return substr(text (variants > 3 ? ", " variants " variants" : named), 3)
}

function alternative(i, name) {
	if (name == "spearman" || name == "within_layer") return "the same sentences"
	if (name ~ /^mean_ablation/) return "removal to the mean"
	if (name ~ /^within_layer/) return "within layers"
	if (name ~ /^partial_layer/) return "beyond layers"
	return "\\code{" tex(variant_in(claim[i, "method"], name)) "}"
}

# Of a difference with a variant on one side, that variant.
function variant_in(method, name,   was, is) {
	if (split(method, was, "-") < 2) return name
	split(name, is, "-")
	return is[1] == was[1] ? is[2] : is[1]
}
