#!/usr/bin/env bash
# history.sh: the chain of any file that make makes, back to the inputs, as a tree.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/history.sh MAKE FILE...      (from the top folder; the files have been made)
#
# A text tells nothing of itself: its steps are make's rules, each file with the beginning of its sha256, below it the
# scripts and programs that make it, and what they read. A binary file tells its own history: inspect prints it. A file that
# was shown before is not shown again.
set -euo pipefail
make=$1
shift
rules=$(mktemp)
trap 'rm -f "$rules"' EXIT
env/rules.sh "$make" '^build/bin/|[.]safetensors$|/rules[.]tsv$' "$@" >"$rules"

declare -A made_from shown
while IFS=$'\t' read -r target prerequisite; do
    case $prerequisite in prerequisite | FORCE | .PHONY) continue ;; esac
    made_from[$target]+="$prerequisite"$'\n'
done <"$rules"

# show FILE INDENT
show() {
    local file=$1 indent=$2 sum prerequisite
    case $file in
    build/bin/*) printf '%sprogram %s\n' "$indent" "$(build/bin/"${file##*/}" --version)"; return ;;
    esac
    [ -f "$file" ] || { printf '%s%s (not a file)\n' "$indent" "$file"; return; }
    sum=$(sha256sum <"$file")
    if [ -n "${shown[$file]-}" ]; then
        printf '%s%s %s (see above)\n' "$indent" "$file" "${sum:0:12}"
        return
    fi
    shown[$file]=1
    case $file in
    *.safetensors)
        printf '%s%s, by its own history:\n' "$indent" "$file"
        build/bin/inspect --history "$file" | sed "s/^/$indent  /"
        return ;;
    esac
    printf '%s%s %s\n' "$indent" "$file" "${sum:0:12}"
    while read -r prerequisite; do
        [ -z "$prerequisite" ] || show "$prerequisite" "$indent  "
    done <<<"${made_from[$file]-}"
}
for file; do show "$file" ''; done
