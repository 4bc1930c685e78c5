#!/usr/bin/env bash
# figure.sh: a drawing as SVG: LaTeX sets its text, and its greys follow the reader's choice of light or dark.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: paper/html/figure.sh FIGURE.tex OUT.svg      (from the top folder)
#
# exit 0: OUT.svg is complete; 1: LaTeX or pdftocairo failed.
set -euo pipefail

[ $# -eq 2 ] || { echo 'figure.sh: usage: paper/html/figure.sh FIGURE.tex OUT.svg' >&2; exit 2; }
figure=${1%.tex} out=$2

work=$(mktemp -d)
trap 'rm -rf "$work" "$out.$$"' EXIT
export SOURCE_DATE_EPOCH=0 FORCE_SOURCE_DATE=1 TEXINPUTS=paper:

if ! pdflatex -interaction=nonstopmode -halt-on-error -file-line-error -output-directory="$work" \
    "\\def\\drawn{$figure}\\input{paper/html/figure}" >"$work/out" 2>&1; then
    echo "figure.sh: $1: LaTeX failed" >&2
    grep -E -A 1 '^[^ ]+:[0-9]+: |^! ' "$work/out" >&2 || tail -n 20 "$work/out" >&2
    exit 1
fi
pdftocairo -svg "$work/figure.pdf" "$work/figure.svg"
sed -f paper/html/figure.sed "$work/figure.svg" >"$out.$$"
mv "$out.$$" "$out"
