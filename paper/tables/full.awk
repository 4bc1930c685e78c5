# full.awk: models trained through low-rank adapters beside the same trained in all weights, and the differences.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v names='NAME …' $(TSV) -f full.awk TABLES... > full.tex
# Of NAME and NAME-full, methods.tsv and record.tsv. Below each correlation, which is cross-fitted, and below each
# difference: its 95 % interval. A difference's is put together from those of its two sides (Zou 2007, eq. 7), as if
# these were independent; they share the sentences, so it is too wide rather than too narrow.

BEGIN {
	program = "full.awk"; undefined = "--"
	methods = split("oan tam taylor attnorm entinv gradmag", method_name, " ")
}

function r_of(e, m) { return score_of(e, m, "cross_fitted") }
function low_of(e, m) { return score_of(e, m, "cross_fitted_low") }
function high_of(e, m) { return score_of(e, m, "cross_fitted_high") }
function is_there(e, m) { return known(r_of(e, m)) && known(low_of(e, m)) && known(high_of(e, m)) }

function model_rows(e, training,   i, values, intervals) {
	for (i = 1; i <= methods; i++) {
		values = values " & " number(signed(r_of(e, method_name[i])))
		intervals = intervals " & " narrow(low_of(e, method_name[i]), high_of(e, method_name[i]))
	}
	two_rows(training, number(fixed(100 * trained_of(e, "held_out_accuracy"), 1)), values, intervals)
}

function difference_rows(lora, full,   i, m, d, low, high, values, intervals) {
	for (i = 1; i <= methods; i++) {
		m = method_name[i]
		if (is_there(lora, m) && is_there(full, m)) {
			d = r_of(full, m) - r_of(lora, m)
			low = d - sqrt((r_of(full, m) - low_of(full, m)) ^ 2 + (high_of(lora, m) - r_of(lora, m)) ^ 2)
			high = d + sqrt((high_of(full, m) - r_of(full, m)) ^ 2 + (r_of(lora, m) - low_of(lora, m)) ^ 2)
			values = values " & " number(signed(d)) (low > 0 || high < 0 ? "\\rlap{*}" : "")
			intervals = intervals " & " narrow(low, high)
		} else {
			values = values " & " undefined
			intervals = intervals " & "
		}
	}
	two_rows("difference", "", values, intervals)
}

function two_rows(title, accuracy, values, intervals) {
	print "\\quad " title " & " accuracy values " \\\\"
	print " & " intervals " \\\\"
}

function compare(e) {
	print "\\multicolumn{" methods + 2 "}{@{}l}{" titled(e) "} \\\\"
	if (known(trained_of(e, "method"))) model_rows(e, "low-rank"); else not_run("low-rank")
	if (known(trained_of(e "-full", "method"))) model_rows(e "-full", "all weights"); else not_run("all weights")
	if (known(trained_of(e, "method")) && known(trained_of(e "-full", "method"))) difference_rows(e, e "-full")
}

function not_run(training) { print "\\quad " training " & \\multicolumn{" methods + 1 "}{l@{}}{not run} \\\\" }

END {
	print "\\begin{tabular}{@{}lr *{" methods "}{@{\\hspace{6pt}}c}@{}}"
	print "\\toprule"
	printf "Training & Held out"
	for (i = 1; i <= methods; i++) printf " & \\name{%s}", method_name[i]
	print " \\\\"
	print "\\midrule"
	n = split(names, name, " ")
	for (i = 1; i <= n; i++) {
		if (i > 1) print "\\addlinespace"
		compare(name[i])
	}
	print "\\bottomrule"
	print "\\end{tabular}"
}
