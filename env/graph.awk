# graph.awk: the pipeline of one experiment as a drawing (graphviz): a box a program, with the files that it writes.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v name=EXPERIMENT -f graph.awk rules.tsv | dot -Tsvg
#
# In: what depends on what (rules.awk). Files that one program writes into build/EXPERIMENT stand in one box; figures
# and tables as well. An arrow leads from where a file is written to where it is read, unless a longer way does.

BEGIN { FS = "\t"; folder = "build/" name "/" }
FNR > 1 { made_from[$1, ++count[$1]] = $2; if (!($1 in is_target)) { is_target[$1]; target[++targets] = $1 } }

# The step that makes a file of the experiment: its program; what the text is made from by scripts is drawn as such.
function step_of(file,   i) {
	if (index(file, folder) != 1 || file ~ /params$/) return ""
	if (file ~ /^build\/[^\/]*\/figures\//) return "figures"
	if (file ~ /^build\/[^\/]*\/tables\//) return "tables"
	for (i = 1; i <= count[file]; i++) if (made_from[file, i] ~ /^build\/bin\//)
		return substr(made_from[file, i], 11) (file ~ /^build\/[^\/]*\/base/ ? " (untuned)" : file ~ /\/tempered/ ? " (tempered)" : "")
	# written beside another file
	return count[file] ? step_of(made_from[file, 1]) : ""
}
function add_edge(from, to) {
	if (from == "" || from == to || ((from, to) in edge)) return
	edge[from, to]
	next_of[from, ++nexts[from]] = to
}
# Is there a way from step a to step b over another one?
function leads(a, b,   i) {
	split("", met)
	for (i = 1; i <= nexts[a]; i++) if (next_of[a, i] != b && reaches(next_of[a, i], b)) return 1
	return 0
}
function reaches(a, b,   i) {
	if (a == b) return 1
	if (a in met) return 0
	met[a]
	for (i = 1; i <= nexts[a]; i++) if (reaches(next_of[a, i], b)) return 1
	return 0
}

END {
	for (j = 1; j <= targets; j++) {
		step = step_of(target[j])
		if (step == "") continue
		if (!(step in files)) order[++steps] = step
		if (step != "figures" && step != "tables") files[step] = files[step] "\\n" substr(target[j], length(folder) + 1)
		else files[step] = "\\n" step "/*.tex"
		for (i = 1; i <= count[target[j]]; i++) {
			from = step_of(made_from[target[j], i])
			add_edge(from, step)
			if (made_from[target[j], i] == folder "base-params") add_edge("encoder", step)
			if (made_from[target[j], i] == folder "params") add_edge(step ~ /^tokenize/ ? "sentences" : "checkpoint", step)
		}
	}
	print "digraph pipeline {\n\tgraph [rankdir=TB, nodesep=0.2, ranksep=0.35, bgcolor=white];"
	print "\tnode [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=10, margin=\"0.08,0.04\", color=\"#555555\"];"
	print "\tedge [arrowsize=0.6, color=\"#777777\"];"
	split("checkpoint sentences encoder", source, " ")
	for (j = 1; j <= 3; j++) if (source[j] in nexts) print "\t\"" source[j] "\" [style=filled, fillcolor=\"#e8eef7\"];"
	for (j = 1; j <= steps; j++) print "\t\"" order[j] "\" [label=\"" order[j] files[order[j]] "\"];"
	print "\t\"paper\" [label=\"LaTeX\\npaper.pdf\"];"
	add_edge("figures", "paper"); add_edge("tables", "paper")
	for (j = 1; j <= steps; j++) order_of[order[j]] = j
	for (j = 1; j <= 3; j++) write_edges(source[j])
	for (j = steps; j >= 1; j--) write_edges(order[j])
	print "}"
}
function write_edges(from,   i) {
	for (i = 1; i <= nexts[from]; i++) if (!leads(from, next_of[from, i]))
		print "\t\"" from "\" -> \"" next_of[from, i] "\";"
}
