#!/usr/bin/env bash
# why.sh: what make would make anew for a target, and because of what.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/why.sh MAKE TARGET...      (from the top folder)
#
# Files that every make looks at anew (those that depend on FORCE) are brought up to date first, as make does before all
# else: they tell what changed beside the files, such as a line of experiments.mk.
# exit 0: told; 1: make knows no such target, or a table of what there is cannot be made.
set -euo pipefail
make=$1
shift
rules=$(mktemp)
trap 'rm -f "$rules"' EXIT

env/rules.sh "$make" '' "$@" >"$rules"
# The rules themselves are told by a make that is told nothing new by this; the programs' versions need the programs.
mapfile -t looked_at < <(awk -F '\t' '$2 == "FORCE" && $1 !~ /(rules|versions)\.tsv$/ { print $1 }' "$rules" | sort -u)
[ ${#looked_at[@]} -eq 0 ] || "$make" --no-print-directory "${looked_at[@]}" >/dev/null
find -L . \( -path ./build/html -o -path ./.git \) -prune -o -type f -printf '%p\t%T@\n' |
    awk -v targets="$*" -f env/why.awk "$rules" -
