#!/usr/bin/env bash
# typeset.sh: LaTeX to PDF by latexmk: the same bytes from the same sources and revision, quiet unless it fails or a line is
# too wide.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: paper/typeset.sh SOURCE.tex WORK OUT.pdf      (from the top folder; WORK holds numbers.tex)
#
# LaTeX's own files go to WORK/latex, anew every time: those of a run that was killed would stop the next one.
#
# exit 0: OUT.pdf is complete; 1: LaTeX failed, or a reference, citation or number is undefined: its lines are shown.
set -euo pipefail

[ $# -eq 3 ] || { echo 'typeset.sh: usage: paper/typeset.sh SOURCE.tex WORK OUT.pdf' >&2; exit 2; }
source=$1 work=$2 out=$3
log=$work/latex/$(basename "$source" .tex).log

exec {folder}<"$work"
flock "$folder"         # another make may be at the same document
rm -rf "$work/latex"
mkdir "$work/latex"

SOURCE_DATE_EPOCH=$(env/revision.sh | sed -n 's/^epoch\t//p')
export SOURCE_DATE_EPOCH FORCE_SOURCE_DATE=1 TEXINPUTS="$work:paper:" BIBINPUTS="paper:" max_print_line=1000

# -Werror: what is undefined is an error.
if latexmk -norc -pdf -Werror -interaction=nonstopmode -halt-on-error -file-line-error -outdir="$work/latex" \
    "$source" > "$work/latex/latexmk.out" 2>&1; then
    mv "${log%.log}.pdf" "$out"
    # What stands out of the text block is to be seen before a reader sees it.
    grep -E -A 1 --no-group-separator '^Overfull' "$log" | sed "s,^Overfull,typeset.sh: $source: &," >&2 || :
else
    echo "typeset.sh: $source: LaTeX failed; more in $log" >&2
    grep -hE -A 1 --no-group-separator '^[^ ]+:[0-9]+: |^! ' "$log" | grep . >&2 ||
        grep -hE 'Warning: .*(undefined|multiply)|Emergency stop' "$log" >&2 || tail -n 20 "$work/latex/latexmk.out" >&2
    exit 1
fi
