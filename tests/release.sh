#!/usr/bin/env bash
# release.sh: the last commit's archives build the paper, and its bytes are the same wherever it is built.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/release.sh FOLDER      (from the top folder)
#
# The pocket paper is built in a clone, and in another folder, whose name has spaces, from `make dist`'s archive without
# git: all files are alike. LaTeX's own logs and lists of folders (params) name where they are and are left out. Then
# `make arxiv`'s archive is built by pdflatex alone in an empty folder: it says the same.
# Exit 0: all of this holds; 3: it does not; 1: something cannot be built.
set -euo pipefail
rm -rf "$1"
mkdir -p "$1/one" "$1/the other one" "$1/LaTeX alone"
top=$(realpath "$1")
clone=$top/one/clone archive="$top/the other one/attention-heads"
# no repository above may answer for the archive
export GIT_CEILING_DIRECTORIES=$top
unset MAKEFLAGS MAKELEVEL MFLAGS

say() { printf 'release: %s\n' "$1" >&2; }
build() {
    make -C "$1" --no-print-directory "${@:2}" >"$top/log" 2>&1 || { tail -n 5 "$top/log" >&2; exit 1; }
}
git clone -q . "$clone"
build "$clone" dist
tar -xzf "$clone"/build/dist/*.tar.gz -C "$top/the other one"
build "$clone" pocket arxiv ARXIV=pocket
build "$archive" pocket arxiv ARXIV=pocket

sums() (
    cd "$1/build" && find pocket excerpts dist/*-latex.tar.gz -type f ! -path '*/latex/*' ! -name params -print0 |
        sort -z | xargs -0 sha256sum
)
diff <(sums "$clone") <(sums "$archive") >&2 || { say 'the files above differ'; exit 3; }
say "$(sums "$clone" | wc -l) files are alike in two folders, build/pocket/paper.pdf among them"

cd "$top/LaTeX alone"
tar -xzf "$archive"/build/dist/*-latex.tar.gz
for _ in 1 2 3; do
    env -u TEXINPUTS pdflatex -interaction=nonstopmode -halt-on-error paper.tex >log || { tail -n 5 log >&2; exit 1; }
done
diff <(pdftotext -layout paper.pdf -) <(pdftotext -layout "$archive/build/pocket/paper.pdf" -) >&2 ||
    { say 'LaTeX alone says something else'; exit 3; }
say 'LaTeX alone makes the same paper of its archive'
