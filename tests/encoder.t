#!/usr/bin/env bash
# encoder.t: what the programs compute from a model is what PyTorch computes from it in F64.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016 # the variables are Perl's
. "$(dirname "$0")/tap.sh"

# Activations are of the order of 1 and reach 6. F32 keeps 6e-8 of each; through sums of 80 products and three layers
# 5e-6 was seen. 2e-5 has room for another processor's order of sums; a wrong term makes 1e-2.
activations=(--cast --atol 2e-5)
# Scores are means and sums of those, so relative to their size; where the terms of a sum cancel, 1e-6 of what they
# are made of is left.
scores=(--atol 1e-6 --rtol 1e-4)

free=oan,oan_l2,oan_cls,oan_sum,oan_projected,tam,tam_pagerank,tam_hits,tam_gini,tam_nospecial,attnorm,attnorm_length
free=$free,entropy,entropy_length,confidence,actmag,actmag_cls,actmag_rms,actmag_max
gradient=taylor,taylor_signed,taylor_elem,taylor_elem_cls,taylor_margin,taylor_margin_abs,taylor_pred,gradmag
gradient=$gradient,gradmag_cls,gradmag_nolast,gradmag_margin
heated=$(printf ',taylor_t%s,gradmag_t%s' 0.5 0.5 2 2 4 4 8 8 inf inf)

fixtures=tests/fixtures/encoder
# tensors FILE: the names.
tensors() { "$bin/inspect" "$1" | awk '!/^#/ && $1 != "name" { print $1 }' | sort; }
# agrees NAME FILE EXPECTED TENSOR,... TOLERANCE...
agrees() { ok "$1" "$bin/compare" "${@:5}" --tensor "$4" "$2" "$3"; }

# check_case CASE HOW OPTION...: all programs that run an encoder.
check_case() {
    local case=$fixtures/$1 model=$tmp/$1 name="$1, $2:" tokens=$fixtures/$1/tokens.safetensors out=$tmp/out
    shift 2
    mkdir -p "$out"
    rm -f "$out"/*
    ok "$name forward" "$bin/forward" "$@" --keep hidden,context,attention "$model" "$tokens" -o "$out/forward"
    agrees '... logits, hidden states, contexts, attention' "$out/forward" "$case/expected.safetensors" \
        logits,hidden,context,attention,attention_offsets "${activations[@]}"
    agrees '... and the labels' "$out/forward" "$tokens" labels
    ok "$name forward without keeping" "$bin/forward" "$@" "$model" "$tokens" -o "$out/logits"
    agrees '... logits' "$out/logits" "$case/expected.safetensors" logits "${activations[@]}"
    ok "$name ablate" "$bin/ablate" "$@" "$model" "$tokens" -o "$out/ablation"
    agrees '... logits with and without each head' "$out/ablation" "$case/expected.safetensors" \
        logits,logits_without,logits_without_mean "${activations[@]}"
    ok "$name score" "$bin/score" "$@" "$model" "$tokens" -o "$out/scores"
    agrees '... every score' "$out/scores" "$case/scores.safetensors" "$free" "${scores[@]}"
    ok "$name decompose-gradient" "$bin/decompose-gradient" "$@" "$model" "$tokens" -o "$out/gradients"
    agrees '... every score' "$out/gradients" "$case/scores.safetensors" "$gradient" "${scores[@]}"
    ok "$name decompose-gradient at five temperatures" \
        "$bin/decompose-gradient" "$@" --temperatures 0.5,1,2,4,8,inf "$model" "$tokens" -o "$out/heated"
    agrees '... every score' "$out/heated" "$case/scores.safetensors" "$gradient$heated" "${scores[@]}"
}

cases='bert-two bert-odd distilbert-five bert-wide bert-one roberta-three electra-four electra-flat'
for case in $cases; do
    ok "$case is imported" "$bin/import-checkpoint" "$fixtures/$case" -o "$tmp/$case"
    check_case "$case" '1 thread' --threads 1
    check_case "$case" '2 threads' --threads 2
done
is 'no score is left out' "$(tensors $fixtures/bert-two/scores.safetensors | xargs)" \
    "$(tr , '\n' <<<"$free,$gradient$heated" | sort | xargs)"
is '... or written besides' \
    "$( (tensors "$tmp/out/scores"; tensors "$tmp/out/heated") | grep -v '^labels$' | sort | xargs)" \
    "$(tensors $fixtures/bert-two/scores.safetensors | xargs)"
is '... or, without temperatures, more than' "$(tensors "$tmp/out/gradients" | xargs)" \
    "$(tr , '\n' <<<"$gradient,labels" | sort | xargs)"

for kernels in portable avx2; do
    export T_MODEL_KERNELS=$kernels
    if "$bin/forward" "$tmp/bert-one" $fixtures/bert-one/tokens.safetensors -o "$tmp/probe" 2>"$tmp/errors"; then
        for case in $cases; do check_case "$case" "$kernels kernels"; done
    else
        skip "$kernels kernels" "$(cat "$tmp/errors")"
    fi
done
T_MODEL_KERNELS=sse5 fails 1 '^forward: T_MODEL_KERNELS=sse5 is unknown' 'unknown kernels' \
    "$bin/forward" "$tmp/bert-one" $fixtures/bert-one/tokens.safetensors -o "$tmp/none"
unset T_MODEL_KERNELS

# --- removals

# Three sentences have two circles of donors: a seed leads to one of them.
resample=tests/fixtures/resample
circles=
for seed in 1 2 3 4; do
    ok "donors of seed $seed" \
        "$bin/ablate" --seed $seed --removals resample "$tmp/bert-odd" $resample/tokens.safetensors -o "$tmp/resampled"
    for circle in next previous; do
        "$bin/compare" --atol 2e-5 --tensor logits_without_resample "$tmp/resampled" $resample/$circle.safetensors \
            >"$tmp/output" 2>&1 && circles="$circles $circle"
    done
done
is '... are the next or the previous sentence, token by token' "$(xargs -n 1 <<<"$circles" | wc -l)" 4
is '... each with some seed' "$(xargs -n 1 <<<"$circles" | sort -u | xargs)" 'next previous'

is 'only the wanted removals are written' "$(tensors "$tmp/resampled" | xargs)" 'labels logits logits_without_resample'
ok 'one sentence has no donor' "$bin/ablate" "$tmp/bert-one" $fixtures/bert-one/tokens.safetensors -o "$tmp/one"
is '... so there is no resampling' "$(tensors "$tmp/one" | xargs)" 'labels logits logits_without logits_without_mean'
for wrong in '' none zero,none zero,zero; do
    fails 2 "removals is '$wrong'" "--removals '$wrong'" \
        "$bin/ablate" --removals "$wrong" "$tmp/bert-one" $fixtures/bert-one/tokens.safetensors -o "$tmp/none"
done
for wrong in hid hidden,all; do
    fails 2 "keep: '.*' is not hidden, context or attention" "--keep $wrong" \
        "$bin/forward" --keep "$wrong" "$tmp/bert-one" $fixtures/bert-one/tokens.safetensors -o "$tmp/none"
done
for wrong in 0 -1 nan x ,2 2x 1e-4; do
    fails 2 "temperatures: '.*' is not a number from 0.001 to inf" "--temperatures $wrong" \
        "$bin/decompose-gradient" --temperatures "$wrong" "$tmp/bert-one" $fixtures/bert-one/tokens.safetensors -o "$tmp/none"
done
fails 2 "temperatures: '2.0' is there twice" 'a temperature twice' \
    "$bin/decompose-gradient" --temperatures 2,2.0 "$tmp/bert-one" $fixtures/bert-one/tokens.safetensors -o "$tmp/none"
is 'nothing is left of what failed' "$(find "$tmp" -name 'none*')" ''

# --- saturation: logits 256 times as large, losses down to e^-700

mkdir "$tmp/sure"
cp "$tmp/bert-two"/* "$tmp/sure"
perl tests/edit-tensors.pl "$tmp/bert-two/model.safetensors" "$tmp/sure/model.safetensors" \
    '$_ *= 256 for $name =~ /^classifier/ ? @values : ()'
tokens=$fixtures/bert-two/tokens.safetensors
ok 'gradients of a saturated model' \
    "$bin/decompose-gradient" --temperatures 256 "$tmp/sure" "$tokens" -o "$tmp/sure-gradients"
is '... are nowhere lost' "$("$bin/inspect" "$tmp/sure-gradients" | awk '$1 == "gradmag" { print ($4 "" != "0") }')" 1
perl tests/edit-tensors.pl "$tmp/sure-gradients" "$tmp/cooled" \
    '$name = $name =~ /^(.*)_t256$/ ? $1 : ""; $_ /= 256 for @values'
agrees '... and at temperature 256 those of the model itself' "$tmp/cooled" $fixtures/bert-two/scores.safetensors \
    taylor,gradmag "${scores[@]}"

# --- an encoder without a head

perl tests/edit-tensors.pl $fixtures/bert-two/model.safetensors "$tmp/encoder.safetensors" \
    '$name =~ s/^bert\.//; $name = "" if $name =~ /^classifier/'
mkdir "$tmp/encoder"
mv "$tmp/encoder.safetensors" "$tmp/encoder/model.safetensors"
sed 's/BertForSequenceClassification/BertModel/' $fixtures/bert-two/config.json >"$tmp/encoder/config.json"
cp $fixtures/bert-two/vocab.txt "$tmp/encoder"
tokens=$fixtures/bert-two/tokens.safetensors
ok 'a bare encoder is imported' "$bin/import-checkpoint" "$tmp/encoder" -o "$tmp/bare"
ok '... can be scored' "$bin/score" "$tmp/bare" "$tokens" -o "$tmp/bare-scores"
agrees '... like the classifier' "$tmp/bare-scores" $fixtures/bert-two/scores.safetensors "$free" "${scores[@]}"
for program in forward ablate decompose-gradient; do
    fails 1 "^$program: .*/bare: is an encoder without a classification head" "... but not by $program" \
        "$bin/$program" "$tmp/bare" "$tokens" -o "$tmp/none"
done

finish
