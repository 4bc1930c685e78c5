# truths.awk: the measures of importance of every experiment: how reliable each is, whether it ranks heads as zero-ablation
# does, and what two methods do against it.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f specifications.awk -f truths.awk ROLES.tsv multiverse.tsv... > truths.tex
# Correlations are cross-fitted, over all heads; of zero-ablation with itself, that of its two halves. In parentheses: the
# measure is unreliable.

BEGIN { program = "truths.awk"; undefined = "--" }

function with_doubt(e, m, i, text) { return text == undefined || is_reliable(e, m, i) ? text : "(" text ")" }

function against(e, m, truth,   i) {
	i = crossed_spec(e, m, m, truth, "all")
	if (!i || !is_defined(e, m, i)) return undefined " & "
	return with_doubt(e, m, i, short(spec_of(e, m, i, "r"))) " & " narrow(spec_of(e, m, i, "low"), spec_of(e, m, i, "high"))
}

function row(e, truth,   i, error) {
	i = crossed_spec(e, "oan", "oan", truth, "all")
	if (!i) return
	error = spec_of(e, "oan", i, "truth_error")
	print "\\quad \\val{chosen/truth/" truth "} & " number(fixed(spec_of(e, "oan", i, "reliability"), 2)) " & " \
		(error + 0 ? fixed(error, 2) : undefined) " & " with_doubt(e, "oan", i, short(spec_of(e, "oan", i, "truth_r"))) " & " \
		against(e, "oan", truth) " & " against(e, "taylor", truth) " \\\\"
}

END {
	n = split(truth_names, truth, " ")
	print "\\begin{tabular}{@{}l rrr rl rl@{}}"
	print "\\toprule"
	print "Removal: measured by & Reliability & Error & $r$ with zero & \\multicolumn{2}{c}{\\name{oan}} & \\multicolumn{2}{c}{\\name{taylor}} \\\\"
	for (i = 1; i <= roles; i++) {
		e = role[i, "experiment"]
		if (!is_run(i) || !((e, "oan") in specifications)) continue
		print shown++ ? "\\addlinespace" : "\\midrule"
		print "\\multicolumn{8}{@{}l}{" titled(e) "} \\\\"
		for (j = 1; j <= n; j++) row(e, truth[j])
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
