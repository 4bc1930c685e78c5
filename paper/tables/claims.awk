# claims.awk: the published numbers and claims of the experiment that this one repeats, each with its region and a verdict.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT -f tsv.awk -f claims.awk -f tables/claims.awk published.tsv methods.tsv classes.tsv \
#     > claims.tex

BEGIN {
	program = "claims.awk"; undefined = "--"
}

# What is measured, as the table names it.
function quantity(s) {
	if (s ~ /^retention_k/) return ", kept at $k = " substr(s, 12) "$"
	if (s == "spearman_class_mean") return ", mean over classes"
	if (s ~ /^spearman_/) return ", " substr(s, 10) " alone"
	return s ~ /^layer/ ? ", layers" : s ~ /^within/ ? ", within layers" : ""
}

function row(i,   m, s, region, ours) {
	m = claim[i, "method"]; s = claim[i, "statistic"]; region = claim[i, "region"]
	sub(/_/, " ", region)
	ours = score_of(experiment, m, s)
	ours = s ~ /^retention/ ? number(fixed(ours, 1)) "\\,\\%" : number(signed(ours))
	if (has_interval(i, experiment))
		ours = ours " " interval(low_of(i, experiment), high_of(i, experiment))
	print "\\name{" m "}" quantity(s) " & " \
		(region == "numeric" ? number(signed(claim[i, "value"])) : region) " & " \
		region_text(i) " & " ours " & " verdict(i, experiment) " \\\\"
}

END {
	print "\\begin{tabular}{@{}llllr@{}}"
	print "\\toprule"
	print "Quantity & Claim & Region & Measured & Verdict \\\\"
	print "\\midrule"
	for (i = 1; i <= claims; i++) if (claim[i, "experiment"] == repeats && is_judged(i, experiment)) row(i)
	print "\\bottomrule"
	print "\\end{tabular}"
}
