#!/usr/bin/env bash
# manifest.sh: the SHA-256 sums of what is committed: SHA256SUMS in each folder of data/ and results/.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/manifest.sh write|check [FOLDER...]      (from the repository's root)
#
#   write   the sums of a folder's own files
#   check   says which file has another sum, has none, or is gone
#   FOLDER  only these [data, results and the folders in them]
#
# One file a folder, so that each can be adopted by itself; sorted, as `sha256sum -c` reads it. A README.md tells of its
# folder, and has no sum.
# Exit 0: done, all agree; 3: a file does not agree; 1: one cannot be read or written; 2: usage.
set -euo pipefail
export LC_ALL=C

say() { printf 'manifest: %s\n' "$@" >&2; }

sums_of() (
    cd "$1" && find -L . -maxdepth 1 ! -type d ! -name README.md ! -name 'SHA256SUMS*' -printf '%f\0' | sort -z |
        xargs -0 -r sha256sum --
)

write() {
    local sums=$1/SHA256SUMS
    sums_of "$1" >"$sums.$$" || exit 1
    if [ -s "$sums.$$" ]; then mv "$sums.$$" "$sums"; else rm -f "$sums.$$" "$sums"; fi
}

# What differs between the sums $2, as they are listed, and $3, as they were found in folder $1.
differences() {
    awk -v folder="$1" '
        { name = substr($0, 67) }
        name == "" { next }
        FILENAME == ARGV[1] { listed[name] = $1; next }
        !(name in listed) { print folder "/" name ": is not in SHA256SUMS" }
        name in listed && listed[name] != $1 { print folder "/" name ": has another sum than in SHA256SUMS" }
        { delete listed[name] }
        END { for (name in listed) print folder "/" name ": is in SHA256SUMS, but gone" }' \
        <(printf '%s\n' "$2") <(printf '%s\n' "$3") | sort
}

files=0
disagree=
check() {
    local found listed='' what=()
    found=$(sums_of "$1") || exit 1
    [ ! -e "$1/SHA256SUMS" ] || listed=$(cat "$1/SHA256SUMS") || exit 1
    files=$((files + $(grep -c . <<<"$found" || true)))
    [ "$found" != "$listed" ] || return 0
    disagree=yes
    [ -n "$listed" ] || { say "$1/SHA256SUMS: is not there"; return; }
    mapfile -t what < <(differences "$1" "$listed" "$found")
    say "${what[@]:-$1/SHA256SUMS: is not as \`make manifest\` writes it}"
}

case ${1-} in
write | check) task=$1 ;;
*) say 'usage: env/manifest.sh write|check [FOLDER...]'; exit 2 ;;
esac
shift
if [ $# -eq 0 ]; then
    folders=$(find -L data results -type d | sort) || exit 1
    mapfile -t folders <<<"$folders"
    set -- "${folders[@]}"
fi
for folder; do
    "$task" "$folder"
done
[ -z "$disagree" ] || exit 3
[ "$task" = write ] || echo "manifest: $files files in $# folders agree with their sums"
