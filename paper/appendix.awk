# appendix.awk: provenance as TeX: what the margin says beside each figure and table, and the tables of the appendix.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repository=ADDRESS -f columns.awk -f tex.awk -f appendix.awk revision.tsv provenance.tsv inputs.tsv versions.tsv bench.tsv
#
# Out: \setvalue{made/FILE/script}, …/shown (with places to break it), …/tables_by likewise, …/link (the anchor of its row
# in the appendix); sourceaddress, before a file's name, or nothing; and \provenancetable, \inputstable, \versionstable,
# \timestable.

BEGIN { program = "appendix.awk" }
FNR == 1 {
	kind = FILENAME; sub(/.*\//, "", kind); sub(/\.tsv$/, "", kind)
	read_header()
	next
}
kind == "revision" { revision[cell("name")] = cell("value") }
kind == "provenance" {
	script = cell("script")
	set("made/" cell("made") "/script", tex(script))
	set("made/" cell("made") "/shown", breakable(tex(script)))
	set("made/" cell("made") "/tables_by", breakable(listed(cell("tables_by"))))
	set("made/" cell("made") "/link", "made:" script)
	if (!(script in all)) scripts[++n_scripts] = script
	all[script] = joined(all[script], cell("programs"))
	read_by[script] = joined(read_by[script], cell("inputs"))
}
kind == "inputs" { inputs[++n_inputs] = input_row() }
kind == "versions" && cell("kind") == "program" { versions[cell("version")] = joined(versions[cell("version")], cell("name")) }
kind == "versions" && cell("kind") != "program" { tools[++n_tools] = "\\code{" tex(cell("name")) "} & " tex(cell("version")) }
kind == "bench" && cell("name") ~ /^paper\./ {
	name = cell("name"); gsub(/^paper\.|\.seconds$/, "", name)
	times[++n_times] = "\\code{" tex(name) "} & " sprintf("%.1f", cell("value"))
	seconds += cell("value")
}

function breakable(path) { gsub(/\//, "/\\allowbreak{}", path); return path }
function listed(s) { s = tex(s); gsub(/,/, ", ", s); return s }
function set(key, text) { print "\\setvalue{" key "}{" text "}" }
function joined(list, more,   n, i, item) {
	n = split(more, item, ",")
	for (i = 1; i <= n; i++) if (item[i] != "none" && !index("," list ",", "," item[i] ","))
		list = list (list ? "," : "") item[i]
	return list
}

# An address by its host, a member of a Python package by that.
function source(s,   part) {
	if (s ~ /^https?:/) { split(s, part, "/"); return "\\href{" tex(s) "}{" tex(part[3]) "}" }
	if (split(s, part, ":") > 1) return tex(part[1] " package " part[2])
	return tex(s)
}
function input_row() {
	return "\\multicolumn{4}{@{}l@{}}{\\code{" tex(cell("file")) "}} \\\\*\n" \
		"\\hspace{1em}{\\tiny\\ttfamily " (cell("sha256") == "-" ? "" : cell("sha256")) "} & " \
		(cell("bytes") == "-" ? "not known" : number(cell("bytes"))) " & " source(cell("source")) " & " tex(cell("licence"))
}

function table(name, columns, head, rows, n,   i) {
	print "\\newcommand{\\" name "}{\\begin{longtable}{@{}" columns "@{}}\n\\toprule\n" head " \\\\\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot"
	for (i = 1; i <= n; i++) print rows[i] " \\\\"
	print "\\end{longtable}}"
}

END {
	set("sourceaddress", repository && revision["sources"] != "unknown" ? tex(repository "/blob/" revision["commit"] "/") : "")
	for (i = 1; i <= n_scripts; i++) made[i] = "\\raisebox{2ex}{\\hypertarget{made:" scripts[i] "}{}}\\sourcefile{" \
		scripts[i] "} & " listed(all[scripts[i]] ? all[scripts[i]] : "none") " & " \
		listed(read_by[scripts[i]] ? read_by[scripts[i]] : "none besides")
	table("provenancetable", "p{4.6cm}>{\\raggedright}p{6.2cm}>{\\raggedright\\arraybackslash}p{4cm}", \
		"Script & programs, the last ones first & tables read besides", made, n_scripts)
	table("inputstable", "lrll", "File, its sha256 & bytes & source & licence", inputs, n_inputs)
	for (version in versions) tools[++n_tools] = "programs of this paper & " version ": " listed(versions[version])
	table("versionstable", "l>{\\raggedright\\arraybackslash}p{11cm}", "Name & version", tools, n_tools)
	times[++n_times] = "\\midrule\nall & " sprintf("%.1f", seconds)
	table("timestable", "lr", "Stage & seconds", times, n_times)
}
