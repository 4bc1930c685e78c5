# experiments.awk: the published experiments, and beside them what was run here, or that it was not.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f tsv.awk -f experiments.awk ROLES.tsv published.tsv TABLES... > experiments.tex
# A published checkpoint that no role names was not run.

BEGIN { program = "experiments.awk"; undefined = "--" }

function published_row(e,   r) {
	r = published_of(e, "oan", "spearman")
	print "\\experiment{" e "} & " (known(r) ? "published" : "pending") " & " as_given(e, "NA", "heads") " & " \
		as_given(e, "NA", "accuracy") " & " as_given(e, "NA", "margin") " & " number(signed(r)) " & " \
		number(signed(published_of(e, "taylor", "spearman"))) " & " as_given(e, "oan", "retention_mean") " \\\\"
}

function as_given(e, m, s,   x) {
	x = published_of(e, m, s)
	if (!known(x)) return undefined
	if (x + 0 == x) return number(x)
	sub(/-/, "--", x)
	return x
}

function measured_row(e, label) {
	print label " & run here & " number(fact_of(e, "heads_total")) " & " number(fixed(fact_of(e, "accuracy"), 1)) " & " \
		number(fixed(fact_of(e, "margin_mean"), 1)) " & " number(signed(score_of(e, "oan", "spearman"))) " & " \
		number(signed(score_of(e, "taylor", "spearman"))) " & " number(fixed(score_of(e, "oan", "retention_mean"), 1)) " \\\\"
}

function group(e,   j, run) {
	if (groups++) print "\\addlinespace"
	published_row(e)
	for (j = 1; j <= roles; j++) if (role[j, "experiment"] == e) { measured_row(e, ""); run = 1 }
	if (!run) print "& not run \\\\"
	for (j = 1; j <= roles; j++) if (role[j, "repeats"] == e && role[j, "experiment"] != e)
		measured_row(role[j, "experiment"], "\\quad\\experiment{" role[j, "experiment"] "}")
}

END {
	print "\\begin{tabular}{@{}llrrrrrr@{}}"
	print "\\toprule"
	print "&&& Accuracy & Mean & \\name{oan} & \\name{taylor} & \\name{oan} \\\\"
	print "Experiment && Heads & (\\%) & margin & $r$ & $r$ & kept (\\%) \\\\"
	print "\\midrule"
	for (i = 1; i <= claims; i++) {
		e = claim[i, "experiment"]
		if (known(e) && !seen[e]++) group(e)
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
