# style.gp: what all figures share: tables, fonts, axes, and how each method is drawn.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Figures are drawn at their final size, in cm, and never rescaled. LaTeX sets their text, in \footnotesize: names of
# methods are the paper's own macro \name. Colours are those of Okabe and Ito, told apart by readers who see colours
# differently; shapes and dashes tell the methods apart in grey.

set datafile separator "\t"
set datafile missing 'NA'
set datafile columnheaders

# eval needs('k margin'): gnuplot would leave empty what it has no column for; such a table is an error.
has(name) = sum [i=1:words(header)] (word(header, i) eq name ? 1 : 0)
lacking(names) = words(names) == 0 ? '' : has(word(names, 1)) ? lacking(names[strlen(word(names, 1)) + 2:*]) : word(names, 1)
needs(names) = (header = system("head -n 1 '".table."'"), missing = lacking(names), missing eq '' ? '' : \
	sprintf("print \"%s: has no column '%s'\"; exit status 1", table, missing))

text_width = 15.5 # cm, as in preamble.tex
terminal(height) = sprintf("set terminal cairolatex pdf input blacktext font ',9' size %gcm,%gcm", text_width, height)
name(method) = '\name{'.method.'}'
spaced(s) = (p = strstrt(s, '~'), p ? spaced(s[1:p - 1].' '.s[p + 1:*]) : s) # in lists of texts ~ is a space
larger(x, y) = x > y ? x : y
smaller(x, y) = x < y ? x : y

# Two thin grey axes, ticks outside.
axis_colour = '#808080'
set border 3 linecolor rgb axis_colour linewidth 0.7
set tics nomirror out scale 0.5 textcolor rgb 'black'
unset key

# Each method's colour. Seven of the eight of Okabe and Ito can be seen on white; the one after them is a dark violet.
coloured = 'oan     tam     taylor  attnorm entinv  gradmag actmag  oracle  random'
colours = '#0072B2 #009E73 #D55E00 #CC79A7 #E69F00 #56B4E9 #6A3D9A #000000 #707070'
colour(method) = word(colours, int(sum [i=1:words(coloured)] (word(coloured, i) eq method ? i : 0)))

# Line style i draws the i-th method: its colour, dashes and shape.
methods = 'oan tam taylor attnorm entinv oracle random'
set style line 1 linewidth 2 pointsize 0.55 linecolor rgb colour('oan') dashtype solid pointtype 7
set style line 2 linewidth 2 pointsize 0.55 linecolor rgb colour('tam') dashtype solid pointtype 5
set style line 3 linewidth 2 pointsize 0.70 linecolor rgb colour('taylor') dashtype '-' pointtype 9
set style line 4 linewidth 2 pointsize 0.70 linecolor rgb colour('attnorm') dashtype '_' pointtype 13
set style line 5 linewidth 2 pointsize 0.70 linecolor rgb colour('entinv') dashtype '-.' pointtype 11
set style line 6 linewidth 2 pointsize 0 linecolor rgb colour('oracle') dashtype '.' pointtype 0
set style line 7 linewidth 2 pointsize 0 linecolor rgb colour('random') dashtype solid pointtype 0
band_colour = '#DCDCDC'

# For what is shaded by a value or a layer: from light to dark, so that grey keeps the order.
set palette defined (0 '#F7FBFF', 0.25 '#C6DBEF', 0.5 '#6BAED6', 0.75 '#2171B5', 1 '#08306B')
minus = '\\color[HTML]{08306B}$-$' # in the darkest shade, to stand on the lightest ones
