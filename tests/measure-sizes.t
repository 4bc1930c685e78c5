#!/usr/bin/env bash
# measure-sizes.t: correlations on subsamples against NumPy and SciPy; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

fixture=tests/fixtures/correlate
ablation=$fixture/ablation.safetensors
scores=("$fixture/scores.safetensors" "$fixture/gradients.safetensors")
out=$tmp/out.tsv

measure() { "$bin/measure-sizes" "$@" -o "$out"; }
# as make-correlate.py computed it
how=(--seed 7 --subsamples 40 --base "$fixture/base.safetensors")
broken() { echo "$fixture/broken/$1.safetensors"; }
sizes() { cut -f 1 "$out" | uniq | xargs; }

ok 'numbers of sentences' measure "${how[@]}" --sizes 4,6 "$ablation" "${scores[@]}"
ok '... are what SciPy makes of them' "$bin/compare" --rtol 5.1e-9 --atol 1e-12 "$out" $fixture/sizes.tsv
is '... as far as the smallest class allows, and all of them' "$(sizes)" 'sentences 4 6 9 15'
cp "$out" "$tmp/sizes.tsv"
for threads in 1 2 5; do
    ok "$threads threads" measure --threads $threads "${how[@]}" --sizes 4,6 "$ablation" "${scores[@]}"
    ok '... give the same bytes' cmp "$out" "$tmp/sizes.tsv"
done
ok 'by default' measure --subsamples 2 "$ablation" "${scores[@]}"
is '... more sentences than there are are left out' "$(sizes)" 'sentences 9 15'
ok 'a class of one sentence' measure "$(broken sound)" "$(broken sound-scores)"
is '... goes as far as two, and all of them' "$(sizes)" 'sentences 2 3'
perl tests/edit-tensors.pl "$ablation" "$tmp/one-class.safetensors" '@values = (1) x @values if $name eq "labels"'
ok 'one class' measure "${how[@]}" --sizes 4 "$tmp/one-class.safetensors" "${scores[@]}"
is '... has all sentences' "$(sizes)" 'sentences 4 15'
for wrong in 1 0 -2 3,3 4,2 x 2,,3 1.5; do
    fails 2 "^measure-sizes: --sizes: '$wrong' is not a list of rising whole numbers" "--sizes $wrong" \
        measure --sizes=$wrong "$ablation" "${scores[@]}"
done
rm "$out"
fails 1 '^measure-sizes: .*holds no scores' 'no scores' measure "$(broken sound)" "$(broken no-scores)"
fails 1 "^measure-sizes: .*'logits': element 3 is not finite" 'a logit that is no number' \
    measure "$(broken nan-logits)" "$(broken sound-scores)"
is 'nothing is left of what failed' "$(find "$tmp" -name 'out.tsv*')" ''

finish
