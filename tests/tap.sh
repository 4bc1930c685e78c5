# tap.sh: what the shell tests share: checks that print TAP for prove.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# A test begins with  . "$(dirname "$0")/tap.sh"  and ends with  finish.
# It runs at the repository's root, with $bin (the programs) and $tmp (a folder of its own, removed at exit).

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
bin=${bin:-build/bin}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/tap.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
tap_count=0
tap_failed=0

# report STATUS NAME: one line of TAP.
report() {
    tap_count=$((tap_count + 1))
    if [ "$1" -eq 0 ]; then
        printf 'ok %d - %s\n' "$tap_count" "$2"
    else
        tap_failed=$((tap_failed + 1))
        printf 'not ok %d - %s\n' "$tap_count" "$2"
    fi
}

# diagnose: standard input, its last lines, as remarks that prove shows.
diagnose() { tail -n 20 | sed 's/^/#   /' >&2; }

# ok NAME COMMAND...: the command succeeds.
ok() {
    local name=$1 status=0
    shift
    "$@" >"$tmp/output" 2>&1 || status=$?
    report "$status" "$name"
    [ "$status" -eq 0 ] || { printf 'exit %d from: %s\n' "$status" "$*"; cat "$tmp/output"; } | diagnose
}

# fails STATUS REGEX NAME COMMAND...: the command exits with this status and says why in one line.
fails() {
    local expected=$1 regex=$2 name=$3 status=0 bad=0
    shift 3
    "$@" >"$tmp/output" 2>"$tmp/errors" || status=$?
    [ "$status" -eq "$expected" ] && [ "$(wc -l <"$tmp/errors")" -eq 1 ] &&
        grep -Eq -e "$regex" "$tmp/errors" || bad=1
    report "$bad" "$name"
    [ "$bad" -eq 0 ] || {
        printf 'exit %d, expected %d and one line like: %s\n' "$status" "$expected" "$regex"
        cat "$tmp/errors"
    } | diagnose
}

# is NAME GOT EXPECTED: two texts are the same.
is() {
    local bad=0
    [ "$2" = "$3" ] || bad=1
    report "$bad" "$1"
    [ "$bad" -eq 0 ] || printf 'got:      %s\nexpected: %s\n' "$2" "$3" | diagnose
}

# skip NAME REASON: a check that cannot be made here.
skip() {
    tap_count=$((tap_count + 1))
    printf 'ok %d # skip %s: %s\n' "$tap_count" "$1" "$2"
}

# make_tree FOLDER: from then on $tree: links to the sources where it has no file of its own, and a build folder of its own
# whose programs are up to date. in_tree ARGUMENT...: a make there, which knows nothing of the make that runs the tests.
make_tree() {
    tree=$1
    mkdir -p "$tree/build"
    ln -s "$PWD"/* "$tree" 2>/dev/null
    cp -rp build/bin build/obj "$tree/build"
}
in_tree() { env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u MAKEOVERRIDES make -C "$tree" --no-print-directory "$@"; }

# finish: the plan, last; fails if a check did.
finish() {
    printf '1..%d\n' "$tap_count"
    [ "$tap_failed" -eq 0 ]
    exit
}
