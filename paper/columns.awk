# columns.awk: reads tables by the names of their columns.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Given before a program with -f; what the program is called in its messages is `program`.
#   read_header()      of the line with the names: column[name], their places; columns, how many
#   cell(name)         of the line that is read
#   place_of(name)     a table that has no such column is an error
#   fail(file, text)   says so and ends

BEGIN { FS = "\t" }
END { if (failed) exit 1 }

function read_header(   i) {
	columns = NF; split("", column)
	for (i = 1; i <= NF; i++) column[$i] = i
}

function cell(name) { return $(place_of(name)) }

function place_of(name) {
	if (!(name in column)) fail(FILENAME, "has no column '" name "'")
	return column[name]
}

function fail(file, text) {
	printf "%s: %s: %s\n", program, file, text > "/dev/stderr"
	failed = 1
	exit 1
}

# What is not known is NA.
function known(x) { return x != "" && x != "NA" }
