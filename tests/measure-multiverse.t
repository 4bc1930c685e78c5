#!/usr/bin/env bash
# measure-multiverse.t: every specification against NumPy and SciPy; what is a variant of what; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

fixture=tests/fixtures/correlate
ablation=$fixture/ablation.safetensors
shapley=$fixture/shapley.safetensors
scores=("$fixture/scores.safetensors" "$fixture/gradients.safetensors" "$fixture/tempered.safetensors")
out=$tmp/out.tsv

measure() { "$bin/measure-multiverse" "$@" -o "$out"; }
# as make-correlate.py computed it
how=(--seed 7 --splits 30 --resamples 40 --resample-splits 3 --least-reliability 0.6)
all=("${how[@]}" --shapley "$shapley" "$ablation" "${scores[@]}")
broken() { echo "$fixture/broken/$1.safetensors"; }
# distinct NAME: the values of a column, in their order.
distinct() {
    awk -F '\t' -v name="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
        !seen[$c]++ { print $c }' "$out" | xargs
}

ok 'every score against every truth' measure "${all[@]}"
ok '... is what SciPy makes of them' "$bin/compare" --rtol 5.1e-9 --atol 1e-12 "$out" $fixture/multiverse.tsv
is '... a method beside its variants, in the order of the tables' "$(distinct column)" \
    'oan oan_l2 tam taylor taylor_signed taylor_t4 attnorm entinv confidence entinv_length gradmag gradmag_nolast gradmag_tinf actmag home_made'
is '... at the temperatures in their names' "$(distinct temperature)" 'NA 1 4 inf'
is '... some truths are too unreliable' "$(distinct reliable)" '1 0'
cp "$out" "$tmp/all.tsv"
for threads in 1 2 5; do
    ok "$threads threads" measure --threads "$threads" "${all[@]}"
    ok '... give the same bytes' cmp "$out" "$tmp/all.tsv"
done
ok 'the order of score files' measure "${how[@]}" --shapley "$shapley" "$ablation" "${scores[2]}" "${scores[0]}" "${scores[1]}"
ok '... changes nothing' cmp "$out" "$tmp/all.tsv"
ok 'no Shapley values' measure "${how[@]}" "$ablation" "${scores[@]}"
is '... leave all else as it was' "$(cat "$out")" "$(awk -F '\t' '$7 != "shapley"' "$tmp/all.tsv")"
ok 'another seed' measure "${how[@]}" --seed 8 "$ablation" "${scores[@]}"
is '... leaves what is observed on all sentences' "$(awk -F '\t' '$9 == "same" { print $10 }' "$out")" \
    "$(awk -F '\t' '$9 == "same" && $7 != "shapley" { print $10 }' "$tmp/all.tsv")"
is '... and draws anew' "$(awk -F '\t' '$9 == "same" { print $11 }' "$out" | cmp -s - <(awk -F '\t' \
    '$9 == "same" && $7 != "shapley" { print $11 }' "$tmp/all.tsv") || echo other)" other
ok 'two classes, three sentences' measure "$(broken sound)" "$(broken sound-scores)"
is '... have one kind of margin' "$(distinct truth)" 'ablation ablation_accuracy ablation_cross_entropy ablation_kl'

# --- the names of columns

for name in oan_t oan_tx oan_t-4 oan_t0 oan_t4x _t4 other_t4; do
    perl tests/edit-tensors.pl "$(broken sound-scores)" "$tmp/named.safetensors" \
        "\$name = '$name' if \$name eq 'oan'; \$name = '' if \$name ne '$name'"
    ok "$name" measure --resamples 2 "$(broken sound)" "$tmp/named.safetensors"
    is '... is a method of its own' "$(distinct method) $(distinct form)" "$name other"
done
perl tests/edit-tensors.pl "$(broken sound-scores)" "$tmp/named.safetensors" '$name = $name eq "oan" ? "oan_cls_t0.5" : ""'
ok 'a variant at a temperature' measure --resamples 2 "$(broken sound)" "$tmp/named.safetensors"
is '... is that variant' "$(distinct method) $(distinct tokens) $(distinct temperature)" 'oan first 0.5'

# --- usage and refusals; the output stays as it was

fails 2 'expected ABLATION SCORES' 'scores are needed' measure "$ablation"
fails 2 "--resamples: '1' is not a number from 2" 'one resample has no deviation' measure --resamples 1 "$ablation" "${scores[@]}"
fails 2 "--least-reliability: '1.1' is not a number from 0 to 1" 'a reliability above 1' measure --least-reliability 1.1 "$ablation" "${scores[@]}"
echo before >"$out"
refuses() {
    local regex=$1 name=$2
    shift 2
    fails 1 "^measure-multiverse: .*$regex" "$name" measure "$@"
}
sound=("$(broken sound)" "$(broken sound-scores)")
refuses 'none.safetensors: cannot open' 'a missing ablation' "$tmp/none.safetensors" "${scores[@]}"
refuses 'none.safetensors: cannot open' 'missing Shapley values' --shapley "$tmp/none.safetensors" "${sound[@]}"
refuses "'logits': element 3 is not finite" 'a logit that is no number' "$(broken nan-logits)" "$(broken sound-scores)"
refuses 'holds no scores' 'a score file without scores' "$(broken sound)" "$(broken no-scores)"
refuses "'oan' has shape \[4, 2, 2\] where \[3, 2, 2\]" 'scores of other sentences' \
    "$(broken sound)" "$(broken other-sentences)"
refuses "score 'oracle', a name that is kept" 'a score named as a control' "$(broken sound)" "$(broken control-name)"
refuses "'[a-z]+' was read before" 'the same score twice' "$ablation" "${scores[0]}" "${scores[0]}"
refuses "'shapley' has shape \[15, 4, 3\] where \[3, 2, 2\]" 'Shapley values of other heads' \
    --shapley "$shapley" "${sound[@]}"
refuses "no tensor 'shapley'" 'no Shapley values' --shapley "${scores[0]}" "$ablation" "${scores[@]}"
perl tests/edit-tensors.pl "$shapley" "$tmp/no-error.safetensors" '$name = "" if $name eq "shapley_error"'
refuses "no tensor 'shapley_error'" 'Shapley values without errors' \
    --shapley "$tmp/no-error.safetensors" "$ablation" "${scores[@]}"
is 'what stood there was never touched' "$(cat "$out")" before
is '... and nothing is left beside it' "$(find "$tmp" -name 'out.tsv.*')" ''

finish
