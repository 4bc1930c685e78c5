#!/usr/bin/env bash
# rules.sh: what is made from what, as make itself tells it: env/rules.awk's table, of a make that makes nothing.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/rules.sh MAKE END TARGET... > rules.tsv      (from the top folder)
#
# END, a regular expression: what such targets are made from is left out. If make cannot tell, what it says is shown.
set -euo pipefail
make=$1 end=$2
shift 2
said=$(mktemp)
trap 'rm -f "$said"' EXIT
"$make" -pn -j1 --no-print-directory "$@" 2>"$said" | awk -v targets="$*" -v end="$end" -f env/rules.awk ||
    { cat "$said" >&2; exit 1; }
