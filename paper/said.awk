# said.awk: the numbers of the methods' table and the facts, as the text says them or as the tables have them.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v side=text|table -f said.awk numbers.tex methods.tsv facts.tsv > numbers.tsv
# Keys are those of numbers.awk, less the role; a table's number is rounded to the digits that the text gives.

BEGIN { FS = OFS = "\t"; print "key", "value" }
FNR == 1 { file++ }
file == 1 && /^\\setvalue\{[^{}]*\}\{\\num\{[-+0-9.]+\}\}$/ {
	split($0, part, /[{}]+/)
	key = part[2]; sub(/^[^\/]*\//, "", key)
	order[++keys] = key; text[key] = part[4]
}
file == 1 { next }
FNR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; next }
file == 2 { for (i = 2; i <= NF; i++) number[$1 "/" name[i]] = $i }
file == 3 { number["facts/" $1] = $2 }

function rounded(x, like) { sub(/^[^.]*\.?/, "", like); return sprintf("%.*f", length(like), x) }

END {
	for (i = 1; i <= keys; i++) {
		key = order[i]
		if (key in number) print key, side == "text" ? text[key] + 0 : rounded(number[key], text[key]) + 0
	}
}
