#!/usr/bin/env bash
# faults.t: what happens to files and results when the disk is full, a pipe closes, or two makes run at once.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

model=data/pocket/model
out=$tmp/out
mkdir "$out"
clean() { is "$1" "$(ls -A "$out")" ''; }

# --- writing

# full COMMAND...: no file may grow, as on a full disk; what the command says goes through a pipe.
full() {
    (trap '' XFSZ; ulimit -f 0; exec "$@" 2>&1) | cat >&2
    return "${PIPESTATUS[0]}"
}
fails 1 '^tokenize: .*/out/x: cannot write: File too large' 'no room for tokens' \
    full "$bin/tokenize" $model data/pocket/sentences.tsv -o "$out/x"
clean '... leaves nothing'
echo before >"$out/x"
fails 1 '^score: .*/out/x: cannot write: File too large' 'no room for scores over older ones' \
    full "$bin/score" $model build/pocket/tokens.safetensors -o "$out/x"
is '... keeps the older ones' "$(cat "$out"/*)" before
rm "$out/x"
fails 1 '^export: .*/out/x: cannot write: File too large' 'no room for a table' \
    full "$bin/export" logits build/pocket/forward.safetensors -o "$out/x"
clean '... leaves nothing'
fails 1 '^import-checkpoint: .*/out/m/[^ ]*: cannot write: File too large' 'no room for a model' \
    full "$bin/import-checkpoint" $model -o "$out/m"
is '... leaves no file' "$(find "$out" -type f)" ''
rm -r "$out/m"

# closed COMMAND...: its standard output is a pipe that nobody reads.
closed() { (trap '' PIPE; { sleep 0.2; exec "$@"; } | true; exit "${PIPESTATUS[0]}"); }
fails 1 '^inspect: standard output: cannot write: Broken pipe' 'a closed pipe' \
    closed "$bin/inspect" build/pocket/tokens.safetensors
fails 1 '^compare: standard output: cannot write: Broken pipe' 'another closed pipe' \
    closed "$bin/compare" build/pocket/tokens.safetensors build/pocket/tokens.safetensors

if mkdir "$tmp/small" && mount -t tmpfs -o size=16k tmpfs "$tmp/small" 2>/dev/null; then
    fails 1 '^score: .*/small/x: cannot write: No space left' 'a full disk' \
        "$bin/score" $model build/pocket/tokens.safetensors -o "$tmp/small/x"
    is '... nothing is left there' "$(ls -A "$tmp/small")" ''
    mount -o remount,ro "$tmp/small"
    fails 1 '^score: .*/small/x: cannot create: Read-only file system' 'a disk that may only be read' \
        "$bin/score" $model build/pocket/tokens.safetensors -o "$tmp/small/x"
    umount "$tmp/small"
else
    skip 'a full disk' 'this user cannot mount'
    skip 'a disk that may only be read' 'this user cannot mount'
fi

# --- paths

odd="$tmp/tëst 目 'a' \$b"
mkdir "$odd"
cp -r $model "$odd/model"
cp data/pocket/sentences.tsv "$odd/"
ok 'a path with spaces, quotes and letters of others' \
    "$bin/tokenize" "$odd/model" "$odd/sentences.tsv" -o "$odd/tokens"
ok '... is read as well' "$bin/score" "$odd/model" "$odd/tokens" -o "$odd/scores"
ok '... with the same result' "$bin/compare" "$odd/scores" build/pocket/scores.safetensors
cp build/pocket/tokens.safetensors "$odd/"$'\xff'
fails 1 'its name is not UTF-8' 'a name that a history could not tell' \
    "$bin/score" $model "$odd/"$'\xff' -o "$out/x"
clean '... leaves nothing'
rm "$odd/"$'\xff'

# --- how far it is

# in_terminal COMMAND...: its standard error and output are a terminal.
in_terminal() { script -qec "$(printf '%q ' "$@")" /dev/null </dev/null; }
forward=("$bin/forward" "$model" build/pocket/tokens.safetensors -o "$out/x")
ok 'progress at a terminal' in_terminal "${forward[@]}"
is '... ends with all that there is' "$(tr '\r' '\n' <"$tmp/output" | grep -c '^forward: 40/40 sentences, .*/s, 0 s left')" 1
is '... in one line' "$(wc -l <"$tmp/output")" 1
ok 'none elsewhere' "${forward[@]}"
is '... at all' "$(cat "$tmp/output")" ''
ok '... but with -v' "${forward[@]}" -v
is '... what it took' "$(grep -Ec '^forward: 40 sentences, [0-9.]+ s, [0-9.e+]+ operations, ' "$tmp/output")" 1
rm "$out/x"

# --- make

# A name that make would split.
tree="$odd/a tree"
make_tree "$tree"

# Compiling is among what both do.
rm "$tree/build/obj/tokenize.o" "$tree/build/bin/tokenize"
two_makes() {
    local first status=0
    in_tree run-pocket >"$tmp/first" 2>&1 & first=$!
    in_tree run-pocket || status=1
    wait "$first" || { cat "$tmp/first"; status=1; }
    return "$status"
}
ok 'two makes at once' two_makes
for table in methods readings classes heads harmful logits retention facts; do
    ok "... $table.tsv is what one makes" cmp "$tree/build/pocket/$table.tsv" "build/pocket/$table.tsv"
done
is '... nothing is left aside' "$(find "$tree/build" -name '*.[0-9]*' | grep -E '\.[0-9]+$')" ''

kernels=build/obj/lib/kernels-portable.o
before=$(stat -c %y "$tree/$kernels")
ok 'other flags for the kernels alone' in_tree $kernels KERNEL_FLAGS='-O1 -fopenmp-simd'
is '... compile them anew' "$([ "$(stat -c %y "$tree/$kernels")" = "$before" ] || echo anew)" anew
if command -v "${FUZZ_CC:-clang}" >/dev/null; then
    fuzzed=build/fuzz/lib/fail.o
    in_tree $fuzzed >/dev/null
    before=$(stat -c %y "$tree/$fuzzed")
    ok '... and for the fuzzed library' in_tree $fuzzed FUZZ_FLAGS=-O0
    is '... too' "$([ "$(stat -c %y "$tree/$fuzzed")" = "$before" ] || echo anew)" anew
else
    skip '... and for the fuzzed library' 'without clang'
fi

touch -d '1 hour' "$tree/build/pocket/model/model.safetensors"
fails 2 'build/pocket/model/model.safetensors is newer than the clock: remove it, or, .* .make clean.' \
    'a clock that was set back' in_tree run-pocket
ok '... one may clean' in_tree clean
is '... which is all' "$([ -e "$tree/build" ] && echo 'a build folder')" ''

finish
