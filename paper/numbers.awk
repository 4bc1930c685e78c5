# numbers.awk: every number that the text may name, as a TeX macro that is looked up by key.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk $(TSV) -f verdicts.awk -f specifications.awk -f criteria.awk -f numbers.awk -f numbers/….awk ROLES.tsv \
#   published.tsv [verdicts.tsv] TABLES... > numbers.tex
# What is about one thing stands in numbers/.
# The text says \val{sentiment/oan/spearman}. Words that depend on a number are written here, too, so that the text is
# true however the numbers fall.
#   ROLE/METHOD/COLUMN        a column of methods.tsv, and what judge_method and judge_kept add
#   ROLE/above, above/anywhere    by which rankings more than the whole margin is kept, and in all that was measured
#   harmful/anywhere          in which of the latter heads do harm by Holm's method
#   kept/split_error          the largest error by the number of splits, in what is kept on average
#   ROLE/reading/READING/METHOD/COLUMN                     a column of readings.tsv
#   ROLE/class/CLASS/TRUTH/COLUMN                          a column of classes.tsv, of OAN
#   ROLE/multiverse/…         what the specifications amount to (write_multiverse)
#   ROLE/truth/TRUTH/…        a measure of importance: reliability, with_zero, and r of METHOD against it, cross-fitted
#   practice/…                what a practitioner can choose from, and what removal keeps beside OAN (write_practice)
#   ROLE/harmful              the heads of harmful.tsv that Holm's method leaves
#   ROLE/facts/NAME           ROLE/training/NAME           published/CLAIM
#   ROLE/experiment  ROLE/state  ROLE/why_not  ROLE/repeats  ROLE/budget  revision  revision/date  revision/sources
#   ROLE/claims/…, claims/…, checkpoint/claims/…   how many claims get which verdict (write_counts)
#   seeds/sets  seeds/METHOD/above, above_within           over seeds: in how many rows of seeds.tsv r lies above zero
#   across/oan_above/METHOD   practice/experiments: in how many of the experiments that were run OAN lies above it
#   verdict/CLAIM  estimate/CLAIM  reason/CLAIM   on our models, in words; its number; which parts make it
#   claims/changed  claims/turned_round  claims/by_fewer  which rules are not as they were; which hold the other way round;
#                             what few sentences would say
#   boundary/plan/NAME  boundary/rule/NAME  boundary/runs  boundary/CLAIM/estimate  boundary/equal_depth/estimate
#   boundary/depth/way  boundary/depth/surmise  boundary/depth/corrected…  boundary/best_step/…  boundary/verdict: the controlled design
# Of an experiment that was not run there are but its name, state and why_not.

BEGIN { program = "numbers.awk"; six = "oan tam random taylor attnorm entinv" }

function write_largest() {
	set("costs/state", largest_stages ? "run" : "not run")
	set("costs/largest/shape", largest["shape"])
	set("costs/largest/sentences", number(largest["sentences"]))
	set("costs/largest/cores", largest["cores"])
}

function write_comparison(   i, r, pairs, comparable, least, most, total) {
	least = 1; most = -1
	for (i = 1; i <= agreements; i++) if (agreement[i, "method"] == "ablation") {
		pairs++
		r = agreement[i, "spearman"]
		if (!known(r)) continue
		comparable++; total += r
		if (r < least) least = r
		if (r > most) most = r
	}
	set("comparison/models", roles)
	set("comparison/sentences", as_text("sentences", fact[role[1, "experiment"], "sentences"]))
	set("comparison/shown", roles > 12 ? 12 : "all")
	set("comparison/pairs", pairs)
	set("comparison/comparable", comparable + 0)
	set("comparison/least", number(signed(comparable ? least : "NA")))
	set("comparison/most", number(signed(comparable ? most : "NA")))
	set("comparison/mean", number(signed(comparable ? total / comparable : "NA")))
}

END {
	set("revision", tex(revision["revision"]))
	set("revision/date", revision["date"])
	set("revision/sources", revision["sources"])
	for (i = 1; i <= claims; i++) {
		key = "published/" claim[i, "claim"]
		if (known(claim[i, "value"])) set(key, as_published(claim[i, "statistic"], claim[i, "value"]))
	}
	for (i = 1; i <= roles; i++) write_role(i)
	set("above/anywhere", above_anywhere())
	set("harmful/anywhere", harmful_anywhere())
	set("kept/split_error", number(fixed(largest_split_error(), 1)))
	write_verdicts()
	write_practice()
	write_clear()
	write_differences()
	write_seeds()
	write_largest()
	if ("runs" in planned) write_design()
	if (agreements) write_comparison()
}
