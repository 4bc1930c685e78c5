#!/usr/bin/env bash
# excerpt.sh: a marked part of the C sources, as a LaTeX listing that names its file and lines, labelled lst:MARKER.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: paper/excerpt.sh MARKER > MARKER.tex      (from the top folder)
#
# Prints the lines between `/* excerpt: MARKER */` and the next `/* end excerpt */` of a file in src/.
# exit 0: printed; 1: the marker is missing, there twice, without end or empty; 2: usage.
set -euo pipefail

fail() { printf 'excerpt.sh: %s\n' "$1" >&2; exit "${2:-1}"; }

[ $# -eq 1 ] || fail 'usage: paper/excerpt.sh MARKER' 2
marker=$1
begin="/* excerpt: $marker */"
end='/* end excerpt */'

found=$(grep -rnF --include='*.c' -e "$begin" src | sort) || fail "src: has no marker '$begin'"
times=$(wc -l <<< "$found")
[ "$times" -eq 1 ] || fail "src: has marker '$begin' $times times (expected once)"
IFS=: read -r file first _ <<< "$found"
first=$((first + 1))

# All of it is read: a reader that left early would break the pipe.
length=$(tail -n "+$first" "$file" | grep -nF -e "$end" | sed -n '1s/:.*//p') || fail "$file: '$begin' has no end"
last=$((first + length - 2))
text=$(sed -n "${first},${last}p" "$file")
[ -n "${text//[[:space:]]/}" ] || fail "$file: '$begin' is empty"

caption="\\excerptcaption{} \\code{${file//_/\\_}}, lines $first to $last."
printf '%s\n' "\\begin{lstlisting}[float=tp, caption={$caption}, label=lst:$marker, firstnumber=$first]" \
    "$text" '\end{lstlisting}'
