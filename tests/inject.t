#!/usr/bin/env bash
# inject.t: every program, with its calls of the system failing one after the other: memory, reading, writing.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Of each function the first call fails, the last, and one between; with THOROUGH=1 every one (minutes).
TMPDIR=$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)   # no disk to wait for
. "$(dirname "$0")/tap.sh"

ok 'what makes calls fail' gcc -std=c17 -Wall -Wextra -shared -fPIC tests/inject.c -o "$tmp/inject.so" -ldl
if LD_PRELOAD=$tmp/inject.so "$bin/inspect" --version 2>&1 | grep -q ASan; then
    skip 'calls that fail' 'the sanitizers have to be loaded first'
    finish
fi

. tests/commands.sh
unset 'arguments[bench-machine]'       # what it measures is never the same
arguments[import-zip]=tests/fixtures/torch/zip
arguments[import-legacy]=tests/fixtures/torch/model

# some NUMBER: which of so many calls fail.
some() {
    if [ -n "${THOROUGH:-}" ]; then
        seq "$1"
    else
        printf '%s\n' 1 $((($1 + 1) / 2)) "$1" | sort -nu
    fi
}

# What is in a folder, names and sums, but for what train needs to go on where it was.
contents() { (cd "$1" && find . -type f ! -name state.safetensors ! -path './x/*.tsv' -exec sha256sum {} + | sort -k 2); }

# tried FUNCTION:N: the command fails in one line and leaves what was there, or whole files; or it does without.
tried() {
    local status=0 lines
    rm -rf "${out:?}"/*
    [ ${#to[@]} -eq 0 ] || [ -d "$tmp/whole/x" ] || echo before >"$out/x"
    INJECT=$1 LD_PRELOAD=$tmp/inject.so "${words[@]}" "${to[@]}" >"$tmp/output" 2>"$tmp/errors" || status=$?
    lines=$(wc -l <"$tmp/errors")
    contents "$out" >"$tmp/left"
    case $status in
    0) cmp -s "$tmp/left" "$tmp/whole.sums" && cmp -s "$tmp/output" "$tmp/whole.output" ;;
    1) [ "$lines" -eq 1 ] && grep -q "^${words[0]##*/}: " "$tmp/errors" &&
        ! grep -vxF -e "$(cat "$tmp/whole.sums")" -e "$before" "$tmp/left" | grep -q . ;;
    *) false ;;
    esac || {
        printf '%s, %s: exit %d, %d lines, left: %s\n' "$program" "$1" "$status" "$lines" "$(cut -c 67- "$tmp/left" | xargs)"
        cat "$tmp/errors"
    } >>"$tmp/wrong"
}

before="$(echo before | sha256sum | cut -c 1-64)  ./x"
for program in $(printf '%s\n' "${!arguments[@]}" | sort); do
    words "$program"
    case $program in
    import-zip | import-legacy) words[0]=$bin/import-checkpoint ;;
    esac
    mapfile -t to < <(output "$program")
    rm -rf "${out:?}"/* "$tmp/whole" "$tmp/wrong"
    COUNTS=$tmp/counts LD_PRELOAD=$tmp/inject.so "${words[@]}" "${to[@]}" >"$tmp/whole.output" 2>"$tmp/errors"
    cp -r "$out" "$tmp/whole"
    contents "$out" >"$tmp/whole.sums"
    while IFS=$'\t' read -r function calls; do
        for call in $(some "$calls"); do
            tried "$function:$call"
        done
    done <"$tmp/counts"
    is "$program, $(wc -l <"$tmp/counts") functions" "$(cat "$tmp/wrong" 2>/dev/null)" ''
done

finish
