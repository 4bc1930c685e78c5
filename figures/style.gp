# style.gp: what all figures share: tables, fonts, axes, and how each method is drawn.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Figures are drawn at their final size, in cm, and never rescaled. LaTeX sets their text, in \footnotesize: names of
# methods are the paper's own macro \name. Colours are those of Okabe and Ito, told apart by readers who see colours
# differently; shapes and dashes tell the methods apart in grey.

set datafile separator "\t"
set datafile missing 'NA'
set datafile columnheaders

text_width = 15.5 # cm, as in preamble.tex
terminal(height) = sprintf("set terminal cairolatex pdf input blacktext font ',9' size %gcm,%gcm", text_width, height)
name(method) = '\name{'.method.'}'

# Two thin grey axes, ticks outside.
axis_colour = '#808080'
set border 3 linecolor rgb axis_colour linewidth 0.7
set tics nomirror out scale 0.5 textcolor rgb 'black'
unset key

# Line style i draws the i-th method: its colour, dashes and shape.
methods = 'oan tam taylor attnorm entinv oracle random'
set style line 1 linewidth 2 pointsize 0.55 linecolor rgb '#0072B2' dashtype solid pointtype 7
set style line 2 linewidth 2 pointsize 0.55 linecolor rgb '#009E73' dashtype solid pointtype 5
set style line 3 linewidth 2 pointsize 0.70 linecolor rgb '#D55E00' dashtype '-' pointtype 9
set style line 4 linewidth 2 pointsize 0.70 linecolor rgb '#CC79A7' dashtype '_' pointtype 13
set style line 5 linewidth 2 pointsize 0.70 linecolor rgb '#E69F00' dashtype '-.' pointtype 11
set style line 6 linewidth 2 pointsize 0 linecolor rgb '#000000' dashtype '.' pointtype 0
set style line 7 linewidth 2 pointsize 0 linecolor rgb '#707070' dashtype solid pointtype 0
band_colour = '#DCDCDC'

# For what is shaded by a value or a layer: from light to dark, so that grey keeps the order.
set palette defined (0 '#F7FBFF', 0.25 '#C6DBEF', 0.5 '#6BAED6', 0.75 '#2171B5', 1 '#08306B')
