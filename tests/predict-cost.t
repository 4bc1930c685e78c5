#!/usr/bin/env bash
# predict-cost.t: predictions against the same sums done by hand; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

costs=tests/fixtures/costs.tsv
out=$tmp/out.tsv

# shape NAME LAYERS HEADS HIDDEN INTERMEDIATE VOCABULARY: a folder with a config.json.
shape() {
    mkdir -p "$tmp/$1"
    sed -e "s/\"num_hidden_layers\": [0-9]*/\"num_hidden_layers\": $2/" -e "s/\"num_attention_heads\": [0-9]*/\"num_attention_heads\": $3/" \
        -e "s/\"hidden_size\": [0-9]*/\"hidden_size\": $4/" -e "s/\"intermediate_size\": [0-9]*/\"intermediate_size\": $5/" \
        -e "s/\"vocab_size\": [0-9]*/\"vocab_size\": $6/" bench/shapes/bert-base.json >"$tmp/$1/config.json"
}
predict() { "$bin/predict-cost" "$@" -o "$out"; }
# row SENTENCES CORES STAGE: shards, seconds, memory and disk.
row() { awk -F '\t' -v key="$1 $2 $3" '$1 " " $2 " " $3 == key { print $4, $5, $6, $7 }' "$out"; }

shape tiny 2 4 8 16 100
shape wide 3 4 64 256 1000

# --- a shape that was measured

ok 'a shape that was measured' predict --sentences 1,10,1000 --cores 1,4 --tokens 10 $costs "$tmp/tiny"
is '... the numbers of sentences and cores, each stage, and all' "$(cut -f 1-3 "$out" | grep -c .)" $((3 * 2 * 7 + 1))
is '... a start, and what the sentences do' "$(row 10 1 forward)" '1 0.6 20 0.00016'
is '... in shards, one a core: of 10 in 4, 3' "$(row 10 4 ablate)" '4 1.1 24 0.004'
is '... no more shards than sentences' "$(row 1 4 ablate)" '1 0.7 24 0.0004'
is '... statistics are of all sentences' "$(row 1000 4 correlate)" '1 3.1 20 0'
is '... a shard reads of all sentences what it needs' "$(row 1000 4 prune)" '4 500.5 30.625 0.8' # 250 of its own, 750 others
ok 'some stages' predict --stages correlate,forward,ablate --sentences 10 --cores 4 --tokens 10 $costs "$tmp/tiny"
is '... these alone, in this order' "$(cut -f 3 "$out" | tail -n +2 | xargs)" 'correlate forward ablate all'
is '... all: one after the other, the largest, the sum' "$(row 10 4 all)" 'NA 1.76 24 0.00416'
ok 'sentences of another length' predict --sentences 10 --tokens 20 $costs "$tmp/tiny"
# products of a token in a layer: 8 H² + 4 H F + 4 H T = 1344 of 10, 1664 of 20 tokens
is '... by the operations of their products' "$(row 10 1 forward | cut -d ' ' -f 2)" \
    "$(awk 'BEGIN { printf "%.9g", 0.5 + 10 * 0.01 * 2 * 1664 / 1344 }')"

# --- one that was not

shape deeper 6 4 64 256 1000
ok 'twice the layers' predict --sentences 10 --tokens 20 $costs "$tmp/deeper"
is '... twice the passes' "$(row 10 1 forward | cut -d ' ' -f 2)" \
    "$(awk 'BEGIN { w = 64 * (4 * 64 + 2 * 256); printf "%.9g", (64000 + 6 * w) / (64000 + 3 * w) + 10 * 0.4 * 2 }')"
is '... twice the heads, each with so many layers above it' "$(row 10 1 ablate | cut -d ' ' -f 2)" \
    "$(awk 'BEGIN { w = 64 * (4 * 64 + 2 * 256); printf "%.9g", 2 * (64000 + 6 * w) / (64000 + 3 * w) + 10 * 8 * 2 * 7 / 4 }')"
is '... twice the logits without a head' "$(row 10 1 ablate | cut -d ' ' -f 4)" 0.012
is '... the same logits' "$(row 10 1 forward | cut -d ' ' -f 4)" 0.00016
is '... of rankings, too' "$(row 10 1 prune | cut -d ' ' -f 4)" 0.008
shape narrower 2 4 12 20 100
ok 'a shape between' predict --tokens 10 $costs "$tmp/narrower"
is '... goes by the nearer one' "$(row 80 1 correlate | cut -d ' ' -f 2)" \
    "$(awk 'BEGIN { printf "%.9g", 0.1 * (1200 + 2 * 12 * (48 + 40)) / (800 + 2 * 8 * (32 + 32)) + 80 * 0.003 }')"
is '... or by the nearest one on which a stage was measured' "$(predict --tokens 10 $costs "$tmp/wide" && cut -f 3 "$out" | sed -n 4p)" prune

# --- stages that go by more than their products

shape deep 6 4 8 16 100
ok 'three times the layers' predict --sentences 10 --tokens 10 $costs "$tmp/deep"
is '... joint removal: three times the passes, for each of three times the heads' "$(row 10 1 sample-shapley | cut -d ' ' -f 2)" 360
is '... the gradients of as many passes as layers, each from its layer down' \
    "$(row 10 1 'attribute --drop' | cut -d ' ' -f 2)" 7

# --- refusals

echo before >"$out"
for wrong in 0 -1 3,3 4,2 x 2,,3 1.5; do
    fails 2 "^predict-cost: --sentences: '$wrong' is not a list of rising whole numbers" "--sentences $wrong" \
        predict --sentences=$wrong $costs "$tmp/tiny"
    fails 2 "^predict-cost: --cores: '$wrong' is not a list of rising whole numbers" "--cores $wrong" \
        predict --cores=$wrong $costs "$tmp/tiny"
done
# costs REGEX NAME SED
costs() {
    sed "$3" $costs >"$tmp/costs.tsv"
    fails 1 "^predict-cost: $tmp/costs.tsv: $1" "$2" predict "$tmp/costs.tsv" "$tmp/tiny"
}
fails 1 "^predict-cost: $costs: has no stage 'prunes'" 'a stage that was not measured' \
    predict --stages forward,prunes $costs "$tmp/tiny"
costs 'has no rows' 'no rows' '2,$d'
costs "has no column 'sentence_kb'" 'a column too few' '1s/sentence_kb/kb/'
costs 'line 3: layers is 0 .expected a number from 1' 'no layers' '3s/\t2\t/\t0\t/'
costs 'line 3: layers is 1e.200 .expected a number from 1 to 1e.12' 'layers without end' '3s/\t2\t/\t1e200\t/'
costs "line 2: tokens is 'inf' " 'a sentence without end' '2s/\t10\t/\tinf\t/'
costs 'line 2: start_seconds is -0.5 ' 'a start before time' '2s/0.5/-0.5/'
costs "line 2: start_seconds is 'soon'" 'words for numbers' '2s/0.5/soon/'
costs 'line 2: tokens is nan ' 'no tokens' '2s/\t10\t/\tNA\t/'
is 'what stood there was never touched' "$(cat "$out")" before

finish
