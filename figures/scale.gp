# scale.gp: the scale of maps whose shade is a share of heads, in tenths as the shades are.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# To be loaded last in a multiplot, where its place and its label are set.

set xrange [0:100]
set yrange [0:1]
set xtics 0, 25, 100 scale 0 offset 0,0.4
unset ylabel
unset ytics
unset title
set samples 11 # the first goes for the columns' headers
plot sample [-5:95] '+' using 1:(0.5):(5):(0.5):1 with boxxyerror fillstyle solid noborder linecolor palette
