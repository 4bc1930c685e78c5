#!/usr/bin/env bash
# arxiv.sh: the sources of a document as an archive that LaTeX alone builds: no make, no BibTeX, no network.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/arxiv.sh WORK OUT.tar.gz      (from the top folder; WORK/latex is what typeset.sh left)
#
# LaTeX's record of a run (.fls) names the files that it read: of these, ours, in the places in which it finds them
# when it runs at the archive's top; and the finished bibliography (.bbl). The same bytes from the same files.
set -euo pipefail
work=$1 out=$2
name=$(basename "$work")
record=$work/latex/$name.fls
[ -f "$record" ] || { echo "arxiv.sh: $record: is not there" >&2; exit 1; }

stage=$(mktemp -d)
trap 'rm -rf "$stage" "$out.$$"' EXIT

# Files of the document, and of paper/, stand at the top; figures and tables keep their folder.
here=$(pwd -P)
while read -r file; do
    file=${file#"$here"/}
    file=${file#./}
    case $file in
    "$work"/latex/* | /*) continue ;;
    "$work"/*) target=${file#"$work"/} ;;
    paper/*) target=${file#paper/} ;;
    *) target=$file ;;
    esac
    mkdir -p "$stage/$(dirname "$target")"
    cp "$file" "$stage/$target"
done < <(sed -n 's/^INPUT //p' "$record" | sort -u)
cp "$work/latex/$name.bbl" "$stage/"

epoch=$(env/revision.sh | sed -n 's/^epoch\t//p')
tar --sort=name --format=ustar --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --mode=u=rw,go=r,a+X \
    -C "$stage" -cf - . | gzip -n9 >"$out.$$"
mv "$out.$$" "$out"
