# why.awk: what make would make anew, and because of what, in words.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: find … -printf '%p\t%T@\n' | awk -v targets='TARGET…' -f why.awk rules.tsv -
#
# In: what depends on what (rules.awk), then the files that are here, with their times, to the nanosecond: as text, of
# equal length. A line for each file that make would make, in the order in which it would; phony targets are no files.

BEGIN { FS = "\t" }
FNR == 1 { table++ }
table == 1 && FNR > 1 {
	if ($2 == ".PHONY") phony[$1]
	else made_from[$1, ++count[$1]] = $2
	next
}
table == 2 { sub(/^\.\//, "", $1); time[$1] = $2 }

# Is the file made anew? Its prerequisites are asked first.
function is_remade(file,   i, name, because) {
	if (file in remade) return remade[file]
	remade[file] = 0
	for (i = 1; i <= count[file]; i++) {
		name = made_from[file, i]
		# What is looked at anew by each make was brought up to date before the times were read.
		if (name == "FORCE" || name == "|") continue
		if (is_remade(name)) { if (because == "") because = name " is made anew" }
		else if (because == "" && (name in time) && (file in time) && time[name] "" > time[file] "")
			because = name " is newer"
	}
	if (file in phony) return remade[file] = because != ""
	if (!count[file]) {
		if (!(file in time)) missing[file]
		return 0
	}
	if (!(file in time)) because = "it is not there"
	if (because == "") return 0
	print file ": " because
	files++
	return remade[file] = 1
}

END {
	n = split(targets, target, " ")
	for (j = 1; j <= n; j++) is_remade(target[j])
	for (file in remade) known += count[file] > 0 && !(file in phony)
	if (files) print files " of " known " files would be made anew"
	else print "nothing would be made anew: " known " files are up to date"
}
