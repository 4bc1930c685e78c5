# verdicts.awk: the words in which verdicts.tsv is told.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Given after tsv.awk, by programs that read published.tsv and verdicts.tsv.

function verdict_of(i, scope, c) {
	return (claim[i, "claim"], scope, c) in verdict ? verdict[claim[i, "claim"], scope, c] : "NA"
}

# A claim as the series puts it: what its note says after the place.
function in_words(i,   text) {
	text = claim[i, "note"]
	sub(/^[^:]*: /, "", text)
	return tex(text)
}

# Whether a verdict is robust, or what it depends on; of one that is open, why.
function remark(i, scope,   because) {
	because = verdict_of(i, scope, "because")
	if (claim[i, "region"] == "all") return remark_of_parts(i, scope, because)
	if (because == "seeds") return counted(verdict_of(i, scope, "seeds"), "seed")
	if (because == "reliability") return "reliability " number(fixed(verdict_of(i, scope, "reliability"), 2))
	if (because == "interval") return "interval"
	if (verdict_of(i, scope, "robust") == "yes") return "robust"
	return verdict_of(i, scope, "robust") == "no" ? "not by " alternatives(verdict_of(i, scope, "depends_on")) : ""
}

# Of a compound claim: how many of its parts make the verdict, where not all must.
function remark_of_parts(i, scope, because,   text, robust, unused) {
	if (known(because))
		text = split(because, unused, ",") " of " counted(split(claim[i, "parts"], unused, ","), "part") \
			(verdict_of(i, scope, "verdict") == "not decided" ? " open" : "")
	robust = verdict_of(i, scope, "robust")
	return text (text && known(robust) ? ", " : "") (robust == "yes" ? "robust" : robust == "no" ? "not robust" : "")
}

function counted(n, singular) { return n " " singular (n == 1 ? "" : "s") }

function alternatives(list,   n, i, name, text) {
	n = split(list, name, ",")
	for (i = 1; i <= n; i++) text = text (i > 1 ? ", " : "") alternative(name[i])
	return text
}

function alternative(name) {
	if (name == "spearman" || name == "within_layer") return "the same sentences"
	if (name ~ /^mean_ablation/) return "removal to the mean"
	if (name ~ /^within_layer/) return "layers alone"
	if (name ~ /^partial_layer/) return "ranks less layers"
	return "\\code{" tex(name) "}"
}
