# said.awk: the numbers of an experiment's tables, as the text says them or as the tables have them.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v side=text|table -f columns.awk -f said.awk numbers.tex TABLES... > numbers.tsv
# Of methods.tsv, facts.tsv, kept.tsv, readings.tsv and classes.tsv (of OAN, to the largest other logit). Keys are those of
# numbers.awk, less the role; a table's number is rounded to the digits that the text gives.

BEGIN { program = "said.awk"; OFS = "\t"; print "key", "value" }
FNR == 1 { kind = FILENAME; sub(/.*\//, "", kind) }
kind == "numbers.tex" && /^\\setvalue\{[^{}]*\}\{\\num\{[-+0-9.]+\}\}$/ {
	split($0, part, /[{}]+/)
	key = part[2]; sub(/^[^\/]*\//, "", key)
	order[++keys] = key; text[key] = part[4]
}
kind == "numbers.tex" { next }
FNR == 1 { read_header(); next }
kind == "facts.tsv" { number["facts/" cell("name")] = cell("value") }
kind == "methods.tsv" { add(cell("method")) }
kind == "readings.tsv" { add("reading/" cell("reading") "/" cell("method")) }
kind == "classes.tsv" && cell("reading") == "max" && cell("method") == "oan" { add("class/" cell("class") "/" cell("truth")) }
kind == "kept.tsv" {
	number[cell("method") "/kept_" cell("k")] = cell("margin")
	number[cell("method") "/kept_" cell("k") "_low"] = cell("low")
	number[cell("method") "/kept_" cell("k") "_high"] = cell("high")
}

function add(key,   name) { for (name in column) number[key "/" name] = $column[name] }
function rounded(x, like) { sub(/^[^.]*\.?/, "", like); return sprintf("%.*f", length(like), x) }

END {
	for (i = 1; i <= keys; i++) {
		key = order[i]
		if (key in number) print key, side == "text" ? text[key] + 0 : rounded(number[key], text[key]) + 0
	}
}
