# provenance.awk: which script drew a figure or set a table, and which programs computed what is in it.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v folder=build/paper/paper -f provenance.awk rules.tsv > provenance.tsv
#
# In: what depends on what (env/rules.awk). Out: a row for each figure and table of the document:
#   made       as the text names it: its file without .tex, and without the document's own folder
#   script     the gnuplot or awk script that makes it
#   tables_by  the programs of src/ that wrote the tables it is made from: comma-separated; if there are none, inputs
#   programs   these, and all before them
#   inputs     files of data/ and results/ at the ends of its chain, comma-separated; of a folder of results, the folder

BEGIN { FS = OFS = "\t"; print "made", "script", "tables_by", "programs", "inputs" }
FNR > 1 {
	made_from[$1, ++count[$1]] = $2
	if (count[$1] == 1) target[++targets] = $1
}

function is_script(file) { return file ~ /^figures\/.*\.gp$|^paper\/tables\/.*\.awk$/ }
# What figures share (STYLE in paper.mk) comes after the script of each.
function script_of(made,   i) {
	for (i = 1; i <= count[made]; i++) if (is_script(made_from[made, i])) return made_from[made, i]
}

# All that a file goes back to, into programs, tables_by and inputs; tables: there are but tables between.
function follow(file, tables,   i) {
	if (file in seen) return
	seen[file]
	if (file ~ /^build\/bin\//) {
		if (tables) tables_by = append(tables_by, substr(file, 11))
		programs = append(programs, substr(file, 11))
		return
	}
	if (file ~ /^data\//) inputs = append(inputs, file)
	if (file ~ /^results\//) inputs = append(inputs, folder_of(file))
	for (i = 1; i <= count[file]; i++) follow(made_from[file, i], tables && made_from[file, i] !~ /\.safetensors$/)
}
# Of the many runs of the controlled design: of all.
function folder_of(file) { sub(/\/[^\/]*$/, "", file); if (file ~ /^results\/boundary\//) sub(/\/[^\/]*$/, "", file); return file }
function append(list, item) { return index("," list ",", "," item ",") ? list : list (list ? "," : "") item }
function or_none(list) { return list ? list : "none" }

END {
	for (j = 1; j <= targets; j++) if (target[j] ~ /\.tex$/ && script_of(target[j])) {
		programs = tables_by = inputs = ""
		split("", seen)
		follow(target[j], 1)
		name = target[j]
		sub(/\.tex$/, "", name)
		if (index(name, folder "/") == 1) name = substr(name, length(folder) + 2)
		print name, script_of(target[j]), or_none(tables_by ? tables_by : inputs), or_none(programs), or_none(inputs)
	}
}
