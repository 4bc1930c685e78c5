# shown.awk: the points that a figure shows of its table, as gnuplot tells them.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: gnuplot -e "set table '/dev/stdout'" -c FIGURE.gp TABLE OUT.tex | awk -f shown.awk > points.tsv
# curve: their number in the figure; z: a shade, or the upper end of a band; seen: i, or o for a point beyond the axes.

BEGIN { OFS = "\t"; print "curve", "x", "y", "z", "seen" }
/^# Curve title: / { from_table = /^# Curve title: "table /; curve += from_table }
/^# x y/ { labels = / label/ }
/^#/ || NF < 3 || !from_table { next }
labels { print curve, $1, $2, "NA", "i"; next }
$NF ~ /[io]/ { print curve, $1, $2, (NF > 3 ? $3 : "NA"), $NF }
