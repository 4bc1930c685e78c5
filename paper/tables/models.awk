# models.awk: the models of all experiments, how they were trained, and how they do on the sentences.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f models.awk ROLES.tsv published.tsv TABLES... > models.tex

BEGIN { program = "models.awk"; undefined = "--" }

function measured_row(e) {
	print "\\experiment{" e "} & $" fact_of(e, "layers") " \\times " fact_of(e, "heads") "$ & " fact_of(e, "classes") " & " \
		count_or_dash(trained_of(e, "sentences")) " & " count_or_dash(trained_of(e, "steps")) " & " \
		percent(trained_of(e, "held_out_accuracy"), 100) " & " count_or_dash(fact_of(e, "sentences")) " & " \
		percent(fact_of(e, "accuracy"), 1) " & " number(fixed(fact_of(e, "margin_mean"), 1)) " (" \
		number(fixed(fact_of(e, "margin_sd"), 1)) ") & " number(fixed(fact_of(e, "reliability"), 2)) " \\\\"
}

function count_or_dash(x) { return known(x) ? number(x) : undefined }
function percent(x, unit) { return known(x) ? number(fixed(unit * x, 1)) : undefined }

END {
	print "\\begin{tabular}{@{}lcr@{\\hspace{10pt}}rrr@{\\hspace{12pt}}rrrr@{}}"
	print "\\toprule"
	print "&&& \\multicolumn{3}{c}{Training} & \\multicolumn{4}{c}{Sentences measured on} \\\\"
	print "\\cmidrule(lr){4-6} \\cmidrule(l){7-10}"
	print "Experiment & Heads & Classes & $n$ & steps & held out & $n$ & accuracy & margin & reliability \\\\"
	print "\\midrule"
	for (i = 1; i <= roles; i++) if (is_run(i)) measured_row(role[i, "experiment"])
	print "\\addlinespace"
	for (i = 1; i <= roles; i++) if (!is_run(i))
		print "\\experiment{" role[i, "experiment"] "} & \\multicolumn{9}{l@{}}{not run: " tex(role[i, "why_not"]) "} \\\\"
	print "\\bottomrule"
	print "\\end{tabular}"
}
