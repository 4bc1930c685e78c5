# multiverse.gp: the specification curve of every method of the series, and where it lies under each choice.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -c figures/multiverse.gp build/NAME/figures/multiverse.tsv build/NAME/figures/multiverse.tex
# A column a method, all with r from left to right. Above: its specifications from the lowest r up, a bar for each
# interval. Below: a row a choice: the least and the largest r (thin), the quartiles (thick), the median (dot). Where the
# truth is unreliable: grey, and open dots.

load 'figures/style.gp'
table = ARG1
eval needs('part method y low lower r upper high reliable text')
names = 'oan tam attnorm entinv taylor gradmag actmag'
unreliable = '#B0B0B0'

stats table using (strcol('part') eq 'label' ? column('y') : NaN) nooutput
rows = STATS_max + 0.7
row_height = 0.345 # cm, a line of text
curve_height = 6
strip_height = rows * row_height
height = 0.9 + strip_height + 0.25 + curve_height + 1.0
left = 3.25
width = (text_width - left) / words(names)
x(cm) = cm / text_width
y(cm) = cm / height
eval terminal(height)
set output ARG2

is(part, method, good) = strcol('part') eq part && strcol('method') eq method && column('reliable') == good
of(part, method, good, name) = is(part, method, good) ? column(name) : NaN

set xrange [-1:1]
set multiplot
unset ytics
unset ylabel

do for [panel = 1:words(names)] {
	method = word(names, panel)
	shade = colour(method)
	set lmargin at screen x(left + (panel - 1) * width + 0.1)
	set rmargin at screen x(left + panel * width - 0.1)
	published = NaN
	set yrange [*:*]
	stats table using (strcol('part') eq 'published' && strcol('method') eq method ? column('r') : NaN) nooutput name 'P'
	if (exists('P_records') && P_records > 0) { published = P_mean }
	undefine P_*

	# the curve
	set bmargin at screen y(0.9 + strip_height + 0.25)
	set tmargin at screen y(0.9 + strip_height + 0.25 + curve_height)
	set border 1
	unset xlabel
	unset xtics
	set yrange [-0.03:1.03]
	set title '\parbox[b]{'.sprintf('%.2f', width)."cm}{\\centering\\name{".method.'}}' offset 0,-0.5
	set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb axis_colour dashtype '.' linewidth 0.7 back
	unset arrow 2
	unset label
	if (published == published) {
		set arrow 2 from published, graph 0 to published, graph 1 nohead linecolor rgb 'black' dashtype '-' linewidth 1 front
	}
	plot table using (of('curve', method, 0, 'low')):(column('y')):(column('high') - column('low')):(0) \
			with vectors nohead linecolor rgb '#E4E4E4' linewidth 0.5, \
		table using (of('curve', method, 1, 'low')):(column('y')):(column('high') - column('low')):(0) \
			with vectors nohead linecolor rgb shade linewidth 0.25, \
		table using (of('curve', method, 0, 'r')):(column('y')) with points pointtype 6 pointsize 0.16 linecolor rgb '#909090', \
		table using (of('curve', method, 1, 'r')):(column('y')) with points pointtype 7 pointsize 0.16 linecolor rgb 'black'

	# the choices
	set bmargin at screen y(0.9)
	set tmargin at screen y(0.9 + strip_height)
	unset title
	unset label
	set xtics nomirror ('$-.5$' -0.5, '' 0, '$.5$' 0.5) offset 0,0.3 # zero has its line
	set yrange [rows:0.3]
	if (panel == 4) { set xlabel '$r$ with the measured importance' offset 0,0.2 }
	plot table using (of('choice', method, 0, 'low')):(column('y')):(column('high') - column('low')):(0) \
			with vectors nohead linecolor rgb unreliable linewidth 1, \
		table using (of('choice', method, 1, 'low')):(column('y')):(column('high') - column('low')):(0) \
			with vectors nohead linecolor rgb shade linewidth 1, \
		table using (of('choice', method, 1, 'lower')):(column('y')):(column('upper') - column('lower')):(0) \
			with vectors nohead linecolor rgb shade linewidth 4, \
		table using (of('choice', method, 0, 'r')):(column('y')) with points pointtype 6 pointsize 0.35 linecolor rgb '#707070', \
		table using (of('choice', method, 1, 'r')):(column('y')) with points pointtype 7 pointsize 0.4 linecolor rgb 'black'
}

# the rows' names, on the left of all columns
set lmargin at screen 0
set rmargin at screen x(left)
set border 0
unset xtics
unset xlabel
unset arrow
unset label
set xrange [0:1]

# and above them the key: texts, and how their lines are drawn
key = 'published $r$,~95\,\%~interval unreliable choices:~range quartiles,~median'
key_colours = 'black '.colour('oan').' #E4E4E4 '.colour('oan').' '.colour('oan')
key_widths = '1 0.6 0.6 1 4'
key_dots = '0 7 6 0 7'
do for [i = 1:words(key)] {
	line_y = y(height - 1.4 - 0.7 * i)
	set arrow i from screen x(0), screen line_y to screen x(0.55), screen line_y nohead \
		linecolor rgb word(key_colours, i) linewidth real(word(key_widths, i)) dashtype 1 + (i == 1)
	set label i spaced(word(key, i)) at screen x(0.7), screen line_y left
	if (word(key_dots, i) > 0) {
		set label 10 + i '' at screen x(0.275), screen line_y point pointtype int(word(key_dots, i)) pointsize 0.35 front
	}
}
plot table using (strcol('part') eq 'heading' ? 0.0 : NaN):(column('y')):('\\val{'.strcol('text').'}') with labels left, \
	table using (strcol('part') eq 'label' ? 0.06 : NaN):(column('y')):('\\val{'.strcol('text').'}') with labels left
unset multiplot
