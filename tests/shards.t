#!/usr/bin/env bash
# shards.t: make with SHARDS=…: the same results, nothing done twice, whatever was there before; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

make_tree "$tmp/tree"
pocket=$tree/build/pocket
written() { stat -c '%n %y' "$pocket"/*.safetensors "$pocket"/*.tsv; }

# --- an interrupted study goes on

one=$pocket/shards-3/ablation/2.safetensors
ok 'one shard alone' in_tree build/pocket/shards-3/ablation/2.safetensors SHARDS=3
is '... of three' "$(find "$pocket/shards-3" -name '*.safetensors' -path '*ablation*')" "$one"
before=$(stat -c %y "$one")
ok 'the others' in_tree run-pocket SHARDS=3
is '... but not that one again' "$(stat -c %y "$one")" "$before"
is 'each stage has its shards' "$(find "$pocket/shards-3" -name '[123].safetensors' | wc -l)" $((7 * 3))

for file in forward scores gradients ablation retention; do
    ok "$file is the same" "$bin/compare" --tolerances data/tolerances.tsv \
        "$pocket/$file.safetensors" "build/pocket/$file.safetensors"
done
ok 'so are the tables' "$bin/compare" --atol 1e-6 --rtol 1e-6 "$pocket/heads.tsv" build/pocket/heads.tsv
is 'their history tells the shards' \
    "$("$bin/inspect" --history "$pocket/retention.safetensors" | grep -c 'shard sentences')" $((5 * 3))

before=$(written)
ok 'once more' in_tree run-pocket SHARDS=3
is '... nothing is done again' "$(written)" "$before"
ok 'in another number of shards' in_tree run-pocket SHARDS=2
ok 'not in shards' in_tree run-pocket
rm -r "$pocket/shards-3"
ok 'without the shards, which are merged' in_tree run-pocket SHARDS=3
is '... nothing is done again' "$(written) $(find "$pocket" -name 'shards-*')" "$before "

# --- what is asked for in other ways

# sharded GOAL...: which experiments' ablations would be done in shards.
sharded() { in_tree -n SHARDS=2 "$@" | grep -oE 'o build/[^/]*/shards-2/ablation/1' | cut -d / -f 2 | sort -u | paste -sd ' '; }
runnable=$(in_tree -pn programs 2>/dev/null | sed -n '0,/^RUNNABLE := /s/^RUNNABLE := //p' | tr ' ' '\n' | sort | paste -sd ' ')
is 'results that are adopted' "$(sharded adopt-results-minilm-sst2)" minilm-sst2
is '... chance' "$(sharded adopt-chance-minilm-sst2)" minilm-sst2
is 'the paper: of all that can be run' "$(sharded paper)" "$runnable"
is '... its file' "$(sharded build/paper/paper.pdf)" "$runnable"
fails 2 "SHARDS=2: nothing of 'programs check' is done in shards" 'what has no shards' in_tree SHARDS=2 programs check

# --- how sentences are cut

# cut SHARDS TOKENS...: the ranges and their tokens, for sentences of so many tokens.
cut_into() {
    printf '%s\n' "${@:2}" | awk 'BEGIN { print 0, 0 } { print NR, sum += $1 }' |
        awk -v shards="$(seq -s ' ' -w "$1")" -f env/shards.awk | tail -n +2 | cut -f 2,3 | tr '\t\n' '= '
}
is 'by tokens' "$(cut_into 2 10 10 10 1 1 1 1 1 1 1 1 1 1)" '0:2=20 2:13=20 '
is 'a long sentence is not divided' "$(cut_into 3 1 100 1 1)" '0:1=1 1:2=100 2:4=2 '
is '... nor are shards left empty behind it' "$(cut_into 4 1 1 1 100)" '0:1=1 1:2=1 2:3=1 3:4=100 '
is 'as many shards as sentences' "$(cut_into 3 5 1 7)" '0:1=5 1:2=1 2:3=7 '
is 'a single one' "$(cut_into 1 5 1 7)" '0:3=13 '

# --- refusals

fails 2 "SHARDS='x' \(expected a number from 1 to 99999\)" 'SHARDS=x' in_tree run-pocket SHARDS=x
fails 2 "SHARDS='0' \(expected" 'SHARDS=0' in_tree run-pocket SHARDS=0
fails 2 "RUN='there' \(expected local or slurm\)" 'RUN=there' in_tree run-pocket RUN=there
fails 2 'RUN=slurm runs shards: SHARDS=64, say' 'RUN=slurm alone' in_tree run-pocket RUN=slurm
rm "$pocket/forward.safetensors"
in_tree run-pocket SHARDS=41 >"$tmp/output" 2>&1
is 'more shards than sentences are refused' "$(grep -c 'shards.awk: SHARDS=41 is more than the 40 sentences' "$tmp/output")" 1

finish
