# decision.awk: the claims about the boundary, the estimates that they rest on, and whether they hold.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f decision.awk rule.tsv plan.tsv claims.tsv ... > decision.tex

BEGIN { program = "decision.awk"; undefined = "--" }

function row(name, needs) {
	print name " & " decided[name, "part"] " & " number(signed(decided[name, "estimate"])) " & " \
		interval(decided[name, "low"], decided[name, "high"]) " & " \
		decided[name, "seeds"] (known(decided[name, "against"]) ? ", " decided[name, "against"] : "") " & " needs " & " \
		decided[name, "holds"] " \\\\"
}

function at_least(x) { return "at least " number(x) ", interval excludes \\num{0}" }

END {
	print "\\begin{tabular}{@{}llrcrlr@{}}"
	print "\\toprule"
	print "Claim & Part & Estimate & 95\\,\\% interval & Seeds & Holds if & Holds \\\\"
	print "\\midrule"
	row("no boundary", "interval includes \\num{0}")
	row("structure", at_least(rule["structure_least"]))
	row("depth", at_least(rule["depth_least"]) "$^*$")
	row("yardstick", at_least(rule["yardstick_least"]))
	print "\\bottomrule"
	print "\\end{tabular}"
}
