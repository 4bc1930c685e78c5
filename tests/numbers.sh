# numbers.sh: how awk is called for the numbers that the text names, for the tests of what the text says.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034

by_numbers=()
for program in paper/{tsv,verdicts,specifications,criteria,numbers}.awk paper/numbers/*.awk; do
    by_numbers+=(-f "$program")
done
