#!/usr/bin/env bash
# typeset.sh: LaTeX to a web page by TeX4ht: a folder with index.html, its style and its drawings, and no other address.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: paper/html/typeset.sh SOURCE.tex WORK OUT/index.html      (from the top folder)
#
# WORK holds numbers.tex and, in latex/, the bibliography of the PDF, where it has one. TeX4ht's own files go to its
# folder tex4ht.
#
# exit 0: OUT is complete; 1: LaTeX failed, or a reference, citation or number is undefined: its lines are shown.
set -euo pipefail

[ $# -eq 3 ] || { echo 'typeset.sh: usage: paper/html/typeset.sh SOURCE.tex WORK OUT/index.html' >&2; exit 2; }
source=$1 work=$2 out=$(dirname "$3")
top=$PWD name=$(basename "$source" .tex)
command -v make4ht >/dev/null || {
    echo 'typeset.sh: make4ht is missing (on Debian: apt-get install texlive-extra-utils)' >&2
    exit 1
}
fail() {
    echo "typeset.sh: $source: $1; more in $work/tex4ht" >&2
    grep -hE -A 1 --no-group-separator '^! ' "$work/tex4ht/$name.log" >&2 ||
        grep -hE 'Warning: .*(undefined|multiply)' "$work/tex4ht/$name.log" >&2 || tail -n 20 "$work/tex4ht/out" >&2
    exit 1
}

exec {folder}<"$work"
flock "$folder"         # another make may be at the same document
rm -rf "$work/tex4ht"
mkdir "$work/tex4ht"
[ ! -e "$work/latex/$name.bbl" ] || cp "$work/latex/$name.bbl" "$work/tex4ht/"

SOURCE_DATE_EPOCH=$(env/revision.sh | sed -n 's/^epoch\t//p')
export SOURCE_DATE_EPOCH FORCE_SOURCE_DATE=1 TEXINPUTS=".:$top/$work:$top/paper:$top:" max_print_line=1000
(cd "$work/tex4ht" && make4ht --format html5-common_domfilters --config "$top/paper/html/page.cfg" \
    --build-file "$top/paper/html/page.lua" "$top/$source" >out 2>&1) || fail 'make4ht failed'
grep -qE '^! |Warning: .*(undefined|multiply)' "$work/tex4ht/$name.log" && fail 'LaTeX failed'
grep -q '<main>' "$work/tex4ht/$name.html" || fail 'page.lua failed'

stage=$out.$$
trap 'rm -rf "$stage"' EXIT
mkdir "$stage"
# The drawings that the page shows: the document's own in WORK, the others in build, as for LaTeX.
while read -r drawing; do
    mkdir -p "$stage/$(dirname "$drawing")"
    cp "$work/$drawing" "$stage/$drawing" 2>/dev/null || cp "build/$drawing" "$stage/$drawing"
done < <(grep -oE "<img [^>]*src='[^']*'" "$work/tex4ht/$name.html" | sed "s/.*src='//; s/'$//")
cp paper/html/page.css "$stage/"
cp "$work/tex4ht/$name.html" "$stage/index.html"
rm -rf "$out"
mv "$stage" "$out"
