# numbers.sh: how awk is called for the paper's tables, and for the numbers that the text names.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034

tsv=(-f paper/columns.awk -f paper/tsv.awk -f paper/tex.awk)
by_numbers=("${tsv[@]}")
for program in paper/{verdicts,specifications,criteria,numbers}.awk paper/numbers/*.awk; do
    by_numbers+=(-f "$program")
done
