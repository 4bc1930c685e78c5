# claims.awk: the published correlations of the experiment that this one repeats, each with its region and a verdict.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT -f tsv.awk -f claims.awk -f tables/claims.awk published.tsv methods.tsv > claims.tex

BEGIN {
	program = "claims.awk"; undefined = "--"
}

function row(i,   m, s, region, ours) {
	m = claim[i, "method"]; s = claim[i, "statistic"]; region = claim[i, "region"]
	sub(/_/, " ", region)
	ours = number(signed(score_of(experiment, m, s)))
	if (has_interval(i, experiment))
		ours = ours " " interval(score_of(experiment, m, "ci_low"), score_of(experiment, m, "ci_high"))
	print "\\name{" m "}" (s ~ /^layer/ ? ", layers" : s ~ /^within/ ? ", within layers" : "") " & " \
		(region == "numeric" ? number(signed(claim[i, "value"])) : region) " & " \
		region_text(i) " & " ours " & " verdict(i, experiment) " \\\\"
}

END {
	print "\\begin{tabular}{@{}llllr@{}}"
	print "\\toprule"
	print "Correlation & Claim & Region & Measured & Verdict \\\\"
	print "\\midrule"
	for (i = 1; i <= claims; i++) if (claim[i, "experiment"] == repeats && is_judged(i, experiment)) row(i)
	print "\\bottomrule"
	print "\\end{tabular}"
}
