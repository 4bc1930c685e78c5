#!/usr/bin/env bash
# reference.t: the programs compute what an encoder of plain loops in F64 computes, whatever the model's shape, the
# sizes of their blocks, the instruction set and the number of threads.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

# Activations are of the order of 1 and reach 5; F32 keeps 6e-8 of each, and four layers make at most 1.6e-6 of that.
# 1e-5 has room for another processor's order of sums; a wrong head or sentence makes 1e-2.
activations=(--cast --atol 1e-5)
# Scores are means and sums of those over up to 60 tokens, so relative to their size.
scores=(--atol 5e-6 --rtol 1e-5)
# Gradients are smaller and their sums cancel: 3e-7 was seen.
gradients=(--atol 2e-6 --rtol 1e-5)

# Short, long, alike, alone, and enough for several in every block but the smallest.
lengths=1,2,3,60,5,5,5,17,1,9,30,2,12,12,8,25,3,6
# Each element of each context takes two passes, so fewer of them.
short=1,2,3,6,2,5,4,1,3,3

rankings=rising,falling,shuffled,ending,pairs
kept=hidden,context,attention
removals=logits_without,logits_without_mean
tensors() { "$bin/inspect" "$1" | awk '!/^#/ && $1 != "name" { print $1 }' | paste -sd,; }
# agrees NAME FILE EXPECTED TENSOR,... TOLERANCE...
agrees() { ok "$1" "$bin/compare" "${@:5}" --tensor "$4" "$2" "$3"; }

# run MODEL OUT OPTION...: all programs; ablate and prune on the sentences that the rankings are for
run() {
    local model=$tmp/$1 out=$tmp/$2 tokens=$tmp/$1/tokens.safetensors
    shift 2
    rm -rf "$out"
    mkdir "$out"
    "$bin/forward" "$@" "$model" "$tokens" -o "$out/forward" &&
        "$bin/forward" "$@" --keep "$kept" "$model" "$tokens" -o "$out/kept" &&
        "$bin/score" "$@" "$model" "$tokens" -o "$out/scores" &&
        "$bin/ablate" "$@" --variant-tokens "$variant" "$model" "$tokens" -o "$out/ablation" &&
        { [ "$heads" -eq 1 ] || "$bin/prune" "$@" --draws 0 --rankings "$rankings" --budgets "$budgets" "$model" "$tokens" \
            "$out/ablation" "$model/rankings.safetensors" -o "$out/retention"; } &&
        "$bin/decompose-gradient" "$@" "$model-short" "$model-short/tokens.safetensors" -o "$out/gradients" &&
        "$bin/decompose-gradient" "$@" --temperatures 4,inf "$model-short" "$model-short/tokens.safetensors" \
            -o "$out/temperatures"
}

# check MODEL NAME OPTION...: all programs, and what they wrote
check() {
    local model=$1 name=$2 expected=$tmp/$1/expected out=$tmp/out file resample=logits_without_resample
    shift 2
    ok "$name: the programs run" run "$model" out "$@"
    case $model in *-alone) resample=logits ;; esac
    agrees "$name: forward" "$out/forward" "$expected" logits,labels "${activations[@]}"
    agrees "$name: forward --keep" "$out/kept" "$expected" logits,$kept,attention_offsets "${activations[@]}"
    agrees "$name: score" "$out/scores" "$expected" "$(tensors "$out/scores")" "${scores[@]}"
    agrees "$name: ablate" "$out/ablation" "$expected" logits,$removals,$resample "${activations[@]}"
    [ "$heads" -eq 1 ] ||
        agrees "$name: prune" "$out/retention" "$expected" "logits,${rankings//,//logits,}/logits" "${activations[@]}"
    # the LayerNorm of one column is its bias: what F32 leaves of a gradient that is 0 says nothing
    [ "$columns" -gt 1 ] || return
    for file in gradients temperatures; do
        agrees "$name: decompose-gradient, $file" "$out/$file" "$tmp/$model-short/expected" \
            "$(tensors "$out/$file")" "${gradients[@]}"
    done
}

# make_model FOLDER LENGTHS SHAPE OPTION...: a model, sentences and what is expected of them.
make_model() {
    local folder=$1
    # shellcheck disable=SC2086 # a shape is words
    ok "${folder##*/}: a random model" build/tests/random-model $3 --lengths "$2" -o "$folder"
    ok '... and what is expected' build/tests/expect "${@:4}" "$folder" "$folder/tokens.safetensors" \
        "$folder/rankings.safetensors" -o "$folder/expected"
}

# shape NAME LAYERS HEADS HEAD_DIM INTERMEDIATE CLASSES [--distilbert]
shape() {
    local name=$1 shape="--layers $2 --heads $3 --head-dim $4 --intermediate $5 --classes $6 ${*:7}"
    local long=$lengths
    case $name in *-alone) long=7 ;; esac
    make_model "$tmp/$name" "$long" "$shape"
    make_model "$tmp/$name-short" $short "$shape" --gradients
    heads=$(($2 * $3))
    columns=$(($3 * $4))
    budgets=$(seq -s , 1 $((heads - 1)))
}

# --- shapes and blocks: of one token, of a few sentences, of all; as many variants as are left when tokens run out

while read -r name shape; do
    # shellcheck disable=SC2086 # a shape is words
    shape "$name" $shape
    for sizes in '1 1' '20 33' '70 150' '1000000 1000000'; do
        variant=${sizes#* }
        check "$name" "$name, blocks of ${sizes% *}" --block-tokens "${sizes% *}"
    done
done <<'END'
bert 3 3 7 37 3
one-of-each 1 1 1 1 2
thin 4 5 1 3 5
wide 1 2 40 53 2
long-heads 2 1 33 17 4
distilbert 4 3 5 11 2 --distilbert
distilbert-odd 1 5 3 9 5 --distilbert
bert-alone 2 3 4 13 2
END

# --- threads and instruction sets

shape bert 3 3 7 37 3
variant=150
ok 'one thread' run bert one --block-tokens 20 --threads 1
for threads in 2 3 5; do
    ok "$threads threads" run bert many --block-tokens 20 --threads $threads
    ok '... the same bytes' diff -r "$tmp/one" "$tmp/many"
done
variant=800
for kernels in portable avx2 avx512; do
    export T_MODEL_KERNELS=$kernels
    if "$bin/forward" "$tmp/bert" "$tmp/bert/tokens.safetensors" -o "$tmp/probe" 2>"$tmp/errors"; then
        check bert "$kernels kernels"
    else
        skip "$kernels kernels" "$(cat "$tmp/errors")"
    fi
done
unset T_MODEL_KERNELS

for program in forward score ablate prune decompose-gradient; do
    fails 2 "^$program: --block-tokens: '0' is not a number from 1 to" "$program: a block of nothing" \
        "$bin/$program" --block-tokens 0
done

finish
