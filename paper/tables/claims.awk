# claims.awk: the published numbers and claims of one experiment, by the verdict that they get on our models.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT -f tsv.awk -f verdicts.awk -f tables/claims.awk published.tsv verdicts.tsv > claims-EXPERIMENT.tex
# EXPERIMENT NA: those of several experiments and of the controlled runs.

BEGIN { program = "claims.awk"; undefined = "--" }

# What is claimed of what is measured: a number or a word.
function claimed(i,   region, text) {
	text = measured_quantity(i)
	region = claim[i, "region"]
	if (region == "numeric") return text ": " number(signed(claim[i, "value"]))
	if (region == "above_100") return text ": above 100\\,\\%"
	gsub(/_/, " ", region)
	return text ": " region beside_random(i)
}

# What is kept must be more than most random rankings keep.
function beside_random(i,   rankings) {
	rankings = verdict_of(i, "general", "rankings")
	return claim[i, "region"] == "retains" && known(rankings) ? " (of " rankings " random rankings)" : ""
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

# With its interval; of what is kept, in %.
function estimated(i, scope,   digits, x, low, high) {
	x = verdict_of(i, scope, "estimate"); low = verdict_of(i, scope, "low"); high = verdict_of(i, scope, "high")
	if (!known(x)) return ""
	if (claim[i, "statistic"] == "harmful_heads") return number(fixed(x, 0)) " [" fixed(low, 0) ", " fixed(high, 0) "]"
	if (claim[i, "statistic"] !~ /^retention/) return number(signed(x)) (known(low) ? " " interval(low, high) : "")
	return number(fixed(x, 1)) (known(low) ? " [" number(fixed(low, 1)) ", " number(fixed(high, 1)) "]" : "")
}

function bounds(i,   low, high) {
	low = verdict_of(i, "general", "region_low"); high = verdict_of(i, "general", "region_high")
	if (known(low) && known(high)) return "[" short_of(i, low) ", " short_of(i, high) "]"
	if (known(low)) return (claim[i, "region"] ~ /better|above/ ? "$>$ " : "$\\ge$ ") short_of(i, low)
	return known(high) ? "$\\le$ " short_of(i, high) : ""
}

function short_of(i, x) {
	if (claim[i, "statistic"] == "harmful_heads" || x == 0) return fixed(x, 0)
	return claim[i, "statistic"] ~ /^retention/ ? number(fixed(x, x == int(x) ? 0 : 1)) : number(signed(x))
}

# What is compound has no estimate of its own: its words take the place.
function row(i,   other) {
	if (claim[i, "region"] == "all") printf "\\multicolumn{3}{@{}l}{\\emph{%s}}", in_words(i)
	else printf "%s & %s & %s", claimed(i), bounds(i), estimated(i, "general")
	other = verdict_of(i, "checkpoint", "verdict")
	print " & " remark(i, "general") (with_checkpoint ? " & " (other == "not run" ? "" : other) : "") " \\\\"
}

function group(wanted, title,   i, n) {
	for (i = 1; i <= claims; i++) {
		if (claim[i, "experiment"] != repeats || verdict_of(i, "general", "verdict") != wanted) continue
		if (!n++) {
			print "\\addlinespace[2pt]"
			print "\\multicolumn{" 4 + with_checkpoint "}{@{}l}{\\textbf{" title "}} \\\\"
		}
		row(i)
	}
}

END {
	for (i = 1; i <= claims; i++)
		if (claim[i, "experiment"] == repeats && verdict_of(i, "checkpoint", "verdict") ~ /^(supported|contradicted|not decided)$/)
			with_checkpoint = 1
	print "\\begin{tabular}{@{}>{\\raggedright\\arraybackslash}p{6cm}ll>{\\raggedright\\arraybackslash}p{3.6cm}" \
		(with_checkpoint ? "l" : "") "@{}}"
	print "\\toprule"
	print "Claim & Region & Estimate & Robust, or why not" (with_checkpoint ? " & On its checkpoint" : "") " \\\\"
	print "\\midrule"
	group("supported", "Supported")
	group("contradicted", "Contradicted")
	group("not decided", "Not decided")
	group("not run", "Not run")
	print "\\bottomrule"
	print "\\end{tabular}"
}
