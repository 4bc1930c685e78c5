# claims.awk: the published numbers and claims of one experiment, by the verdict that they get on our models.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT $(TSV) -f verdicts.awk -f tables/claims.awk published.tsv verdicts.tsv > claims-EXPERIMENT.tex
# EXPERIMENT NA: those of several experiments and of the controlled runs.

BEGIN { program = "claims.awk"; undefined = "--" }

# What is kept must be more than most random rankings keep.
function beside_random(i,   rankings) {
	rankings = verdict_of(i, "general", "rankings")
	return claim[i, "region"] == "retains" && known(rankings) ? " (of " rankings " random rankings)" : ""
}

# With its interval; of what is kept, in %.
function estimated(i, scope,   digits, x, low, high) {
	x = verdict_of(i, scope, "estimate"); low = verdict_of(i, scope, "low"); high = verdict_of(i, scope, "high")
	if (!known(x)) return ""
	if (claim[i, "statistic"] == "harmful_heads") return number(fixed(x, x == int(x) ? 0 : 1)) " [" fixed(low, 0) ", " fixed(high, 0) "]"
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

# What an estimate is over: seeds and sentences; of controlled runs, these alone.
function basis(i,   seeds, sentences) {
	seeds = verdict_of(i, "general", "seeds"); sentences = verdict_of(i, "general", "sentences")
	return seeds == 0 ? "" : known(sentences) ? "$" seeds " \\times " sentences "$" : seeds
}

# What is compound has no estimate of its own: its words take the place.
function row(i,   other) {
	if (claim[i, "region"] == "all") printf "\\multicolumn{4}{@{}l}{\\emph{%s}}", in_words(i)
	else printf "%s & %s & %s & %s", claimed(i) (is_ours(i) ? "$^\\dagger$" : "") beside_random(i), bounds(i), estimated(i, "general"), basis(i)
	other = verdict_of(i, "checkpoint", "verdict")
	print " & " remark(i, "general") (with_checkpoint ? " & " (other == "not run" ? "" : other) : "") " \\\\"
}

function text_column(width) { return ">{\\raggedright\\arraybackslash}p{" width "cm}" }

function group(wanted, title,   i, n) {
	for (i = 1; i <= claims; i++) {
		if (claim[i, "experiment"] != repeats || verdict_of(i, "general", "verdict") != wanted) continue
		if (!n++) {
			print "\\addlinespace[2pt]"
			print "\\multicolumn{" 5 + with_checkpoint "}{@{}l}{\\textbf{" title "}} \\\\"
		}
		row(i)
	}
}

END {
	for (i = 1; i <= claims; i++)
		if (claim[i, "experiment"] == repeats && verdict_of(i, "checkpoint", "verdict") ~ /^(supported|contradicted|not decided)$/)
			with_checkpoint = 1
	# a line of text less what the other columns take
	print "\\begin{tabular}{@{}" text_column(with_checkpoint ? 4.1 : 5.4) "lll" text_column(with_checkpoint ? 2.4 : 3.5) \
		(with_checkpoint ? "l" : "") "@{}}"
	print "\\toprule"
	print "Claim & Region & Estimate & $n$ & Robust, or why not" (with_checkpoint ? " & On its checkpoint" : "") " \\\\"
	print "\\midrule"
	group("supported", "Supported")
	group("contradicted", "Contradicted")
	group("not decided", "Not decided")
	group("not run", "Not run")
	print "\\bottomrule"
	print "\\end{tabular}"
}
