#!/usr/bin/env bash
# compare-models.t: two models beside each other against NumPy and SciPy; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

fixture=tests/fixtures/correlate
second=$fixture/second
out=$tmp/out.tsv

mkdir "$tmp/first"
cp $fixture/{ablation,scores,gradients}.safetensors "$tmp/first"
# as make-correlate.py computed it
models() { "$bin/compare-models" --seed 7 --splits 30 --resamples 200 "$@" -o "$out"; }
# cell FIRST SECOND METHOD NAME
cell() { env/cell.sh "$out" "$4" "first=$1" "second=$2" "method=$3"; }
# changed NAME FILE CODE: the second model with a file of its own.
changed() {
    cp -r $second "$tmp/$1"
    perl tests/edit-tensors.pl "$second/$2.safetensors" "$tmp/$1/$2.safetensors" "$3"
}

ok 'two models' models "$tmp/first" $second
ok '... are what SciPy makes of them' "$bin/compare" --rtol 5.1e-9 --atol 1e-12 "$out" $fixture/agreement.tsv
cp "$out" "$tmp/two.tsv"
for threads in 1 2 5; do
    ok "$threads threads" models --threads $threads "$tmp/first" $second
    ok '... give the same bytes' cmp "$out" "$tmp/two.tsv"
done
ok 'a folder that ends in a slash' models "$tmp/first/" "$second//"
ok '... is the same' cmp "$out" "$tmp/two.tsv"

ok 'the other way round' models $second "$tmp/first"
is '... is the same correlation' "$(cell second first ablation spearman)" \
    "$(awk -F '\t' '$3 == "ablation" { print $5 }' "$tmp/two.tsv")"
cp -r "$tmp/first" "$tmp/twin"
ok 'three models' models "$tmp/first" "$tmp/twin" $second
is '... are three pairs' "$(cut -f 1,2 "$out" | uniq | xargs)" 'first second first twin first second twin second'
is '... a model agrees with itself' "$(cell first twin ablation spearman)" 1
is '... as far as its own halves do' "$(cell first twin ablation corrected)" 1

# the same heads, in layers of another number
changed deeper ablation '@shape[1, 2] = @shape[2, 1] if @shape == 4'
perl tests/edit-tensors.pl "$second/scores.safetensors" "$tmp/deeper/scores.safetensors" '@shape[1, 2] = @shape[2, 1]'
perl tests/edit-tensors.pl "$second/gradients.safetensors" "$tmp/deeper/gradients.safetensors" '@shape[1, 2] = @shape[2, 1]'
ok 'models of another shape' models "$tmp/first" "$tmp/deeper"
is '... have nothing to correlate' "$(cell first deeper ablation heads), $(cell first deeper ablation spearman)" 'NA, NA'

# --- refusals

echo before >"$out"
fails 2 '^compare-models: expected MODEL MODEL' 'one model' models "$tmp/first"
fails 1 "^compare-models: $tmp/twin/../twin: is the second model that is called twin" 'a name twice' \
    models "$tmp/twin" "$tmp/twin/../twin"
changed fewer ablation '$shape[0] = 14, @values = @values[0 .. @values / 15 * 14 - 1]'
perl tests/edit-tensors.pl "$second/scores.safetensors" "$tmp/fewer/scores.safetensors" \
    '$shape[0] = 14, @values = @values[0 .. @values / 15 * 14 - 1]'
perl tests/edit-tensors.pl "$second/gradients.safetensors" "$tmp/fewer/gradients.safetensors" \
    '$shape[0] = 14, @values = @values[0 .. @values / 15 * 14 - 1]'
fails 1 "^compare-models: $tmp/fewer/ablation.safetensors: has 14 sentences .expected the 15 of first" 'fewer sentences' \
    models "$tmp/first" "$tmp/fewer"
changed relabelled ablation '@values = reverse @values if $name eq "labels"'
fails 1 "^compare-models: $tmp/relabelled/ablation.safetensors: sentence 1 has label 1 .expected 0, as in first" \
    'other labels' models "$tmp/first" "$tmp/relabelled"
fails 1 "^compare-models: $tmp/nowhere/ablation.safetensors: cannot open" 'a folder that is not there' \
    models "$tmp/first" "$tmp/nowhere"
cp -r $second "$tmp/less"
rm "$tmp/less/gradients.safetensors"
fails 1 "^compare-models: $tmp/less/gradients.safetensors: cannot open" 'no gradients' models "$tmp/first" "$tmp/less"
is 'what stood there was never touched' "$(cat "$out")" before

finish
