# rules.awk: who is made from what, as make says it: what a target depends on, directly or not.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: make -pn TARGET | awk -v targets='TARGET…' [-v end=REGEX] -f rules.awk > rules.tsv      (rules.sh calls it)
# `-v end=REGEX`: what such targets are made from is left out.
#
# Out: target, prerequisite; a row for each prerequisite of each target that is reached, in make's own order, the reached
# ones in the order in which they are met. A phony target bears the row `TARGET .PHONY`; FORCE, which is phony, too, is
# kept: it marks the files that are looked at anew by each make.

BEGIN { OFS = "\t"; print "target", "prerequisite" }

/^# Not a target/ { skip = 1; next }
/^# Files/ { files = 1 }
/^# (files hash-table|Finished Make data base)/ { files = 0 }
# A rule in the list of files: `target: prerequisites [| order-only ones]`.
files && /^[^#\t ][^:=]*:( |$)/ {
	if (!skip) add_rule()
	skip = 0
}

function add_rule(   target, i) {
	target = $1; sub(/:$/, "", target)
	# a variable of that target alone, such as .SHELLSTATUS, once its recipe has asked a shell
	if ($0 ~ /^[^:]*: [^ ]+ [:?+!]*=( |$)/) return
	if (target in known) return
	known[target]
	for (i = 2; i <= NF && $i != "|"; i++) {
		if (target == ".PHONY") { phony[$i]; continue }
		made_from[target, ++count[target]] = $i
	}
}

function reach(target,   i) {
	if (target in seen) return
	seen[target]
	if (end && target ~ end) return
	if (target in phony) print target, ".PHONY"
	for (i = 1; i <= count[target]; i++) print target, made_from[target, i]
	for (i = 1; i <= count[target]; i++) reach(made_from[target, i])
}

END {
	n = split(targets, wanted, " ")
	for (j = 1; j <= n; j++) {
		if (!(wanted[j] in known)) { printf "rules.awk: make knows no rule for %s\n", wanted[j] > "/dev/stderr"; exit 1 }
		reach(wanted[j])
	}
}
