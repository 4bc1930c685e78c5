# parts.awk: the parts of the decision by other coefficients, readings and scales, which decide nothing.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f parts.awk rule.tsv plan.tsv parts.tsv ... > parts.tex

BEGIN { program = "parts.awk"; undefined = "--" }

END {
	print "\\begin{tabular}{@{}llrcr@{}}"
	print "\\toprule"
	print "Part & In place of the rule's choice & Estimate & 95\\,\\% interval & Seeds \\\\"
	for (i = 1; i <= variants; i++) if (variant[i, "part"] != "full_depth") {
		p = variant[i, "part"]; v = variant[i, "variant"]
		if (p != last) print "\\midrule"
		print (p == last ? "" : p) " & " (v == rule["coefficient"] ? "\\emph{the rule's choice}" : "\\name{instead/" v "}") " & " \
			number(signed(part_of(p, v, "estimate"))) " & " interval(part_of(p, v, "low"), part_of(p, v, "high")) " & " \
			part_of(p, v, "seeds") (known(part_of(p, v, "against")) ? ", " part_of(p, v, "against") : "") " \\\\"
		last = p
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
