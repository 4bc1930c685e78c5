# experiments.awk: the published experiments, and beside them what was run here, or that it was not.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f experiments.awk ROLES.tsv published.tsv TABLES... > experiments.tex

BEGIN { program = "experiments.awk"; undefined = "--" }

# The numbers that experiment e has in the series, from the names of its claims: "3, 4".
function place_in_series(e,   i, n, text, met) {
	for (i = 1; i <= claims; i++) if (claim[i, "experiment"] == e && match(claim[i, "claim"], /^e[0-9]+-/)) {
		n = substr(claim[i, "claim"], 2, RLENGTH - 2)
		if (!met[n]++) text = text (text ? ", " : "") n
	}
	return text
}

function published_row(e,   r) {
	r = published_of(e, "oan", "spearman")
	print place_in_series(e) " & \\experiment{" e "} & " (known(r) ? "published" : "pending") " & " \
		as_given(e, "NA", "heads") " & " as_given(e, "NA", "accuracy") " & " as_given(e, "NA", "margin") " & " \
		number(signed(r)) " & & " number(signed(published_of(e, "taylor", "spearman"))) " & & " \
		as_given(e, "oan", "retention_mean") " & \\\\"
}

function as_given(e, m, s,   x) {
	x = published_of(e, m, s)
	if (!known(x)) return undefined
	if (x + 0 == x) return number(x)
	sub(/-/, "--", x)
	return x
}

# The experiment of role i; its name only where it is not the published one. Below: intervals.
function our_row(i, named,   e) {
	e = role[i, "experiment"]
	print " & " (named ? "\\enspace\\experiment{" e "}" : "") " & " (is_run(i) ? "here" : "") (role[i, "state"] == "run" ? "" : \
		(is_run(i) ? ", " : "") role[i, "state"]) (is_run(i) ? measured(e) : "") " \\\\"
	if (is_run(i)) print " &&&&&" between(e, "oan") between(e, "taylor") " & \\multicolumn{2}{r@{}}{" kept_between(e) "} \\\\"
}

function measured(e) {
	return " & " number(fact_of(e, "heads_total")) " & " number(fixed(fact_of(e, "accuracy"), 1)) " & " \
		number(fixed(fact_of(e, "margin_mean"), 1)) correlations(e, "oan") correlations(e, "taylor") " & " \
		number(fixed(score_of(e, "oan", "retention_mean"), 1)) " & " number(fixed(kept_on_average(e, "oan"), 1))
}

function correlations(e, m) {
	return " & " number(signed(score_of(e, m, "spearman"))) " & " number(signed(score_of(e, m, "cross_fitted")))
}

function between(e, m,   text) {
	text = narrow(score_of(e, m, "cross_fitted_low"), score_of(e, m, "cross_fitted_high"))
	return " & \\multicolumn{2}{r}{" (text == undefined ? "" : text) "}"
}

function kept_between(e,   low, high) {
	low = crossed_of(e, "oan", "mean", "low"); high = crossed_of(e, "oan", "mean", "high")
	return known(low) && known(high) ? "{\\scriptsize[$" fixed(low, 1) "$, $" fixed(high, 1) "$]}" : ""
}

function group(e,   i) {
	if (groups++) print "\\addlinespace"
	published_row(e)
	for (i = 1; i <= roles; i++) if (role[i, "experiment"] == e) our_row(i, 0)
	for (i = 1; i <= roles; i++) if (role[i, "repeats"] == e && role[i, "experiment"] != e) our_row(i, 1)
}

END {
	print "\\begin{tabular}{@{}r@{\\hspace{3pt}}l@{\\hspace{3pt}}lrrr rrrrrr@{}}"
	print "\\toprule"
	print "&&&& Acc. & Mean & \\multicolumn{2}{c}{$r$, \\name{oan}} & \\multicolumn{2}{c}{$r$, \\name{taylor}} & " \
		"\\multicolumn{2}{c}{kept, \\name{oan} (\\%)} \\\\"
	print "\\cmidrule(lr){7-8} \\cmidrule(lr){9-10} \\cmidrule(l){11-12}"
	print "& Experiment && Heads & (\\%) & margin & same & crossed & same & crossed & same & crossed \\\\"
	print "\\midrule"
	for (i = 1; i <= claims; i++) {
		e = claim[i, "experiment"]
		if (known(e) && !met_experiment[e]++) group(e)
	}
	for (i = 1; i <= roles; i++) if (role[i, "repeats"] == "") {
		print "\\addlinespace"
		our_row(i, 1)
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
