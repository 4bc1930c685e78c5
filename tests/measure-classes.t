#!/usr/bin/env bash
# measure-classes.t: correlations by class, raw and centred, against NumPy and SciPy; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

fixture=tests/fixtures/correlate
ablation=$fixture/ablation.safetensors
scores=("$fixture/scores.safetensors" "$fixture/gradients.safetensors")
out=$tmp/out.tsv

measure() { "$bin/measure-classes" "$@" -o "$out"; }
# as make-correlate.py computed it
how=(--seed 7 --splits 30 --resamples 200)
groups=(--groups 'cs=calm+sad,calm=calm')
all=(--base "$fixture/base.safetensors" "$ablation" "${scores[@]}")
broken() { echo "$fixture/broken/$1.safetensors"; }
# rows CLASS READING TRUTH: the numbers of all methods, of the table written last.
rows() { awk -F '\t' -v class="$1" -v reading="$2" -v truth="$3" \
    '$1 == class && $2 == reading && $3 == truth' "$out" | cut -f 4-; }

ok 'three classes, their mean and all, in four readings' measure "${how[@]}" "${groups[@]}" "${all[@]}"
ok '... are what SciPy makes of them' "$bin/compare" --rtol 5.1e-9 --atol 1e-12 "$out" $fixture/classes.tsv
is '... in the order of the classes' "$(cut -f 1 "$out" | uniq | xargs)" 'class calm angry/loud sad mean all'
is '... raw and centred' "$(cut -f 2-3 "$out" | sed 1d | uniq | head -n 8 | xargs)" \
    'max raw max centred mean raw mean centred cs raw cs centred calm raw calm centred'
is '... a linear margin over balanced classes loses nothing by centring' \
    "$(rows all mean centred | cut -f 1,2,4)" "$(rows all mean raw | cut -f 1,2,4)"
is '... within a class it does' \
    "$([ "$(rows calm mean centred)" = "$(rows calm mean raw)" ] || echo other)" other
cp "$out" "$tmp/four.tsv"
for threads in 1 2 5; do
    ok "$threads threads" measure --threads $threads "${how[@]}" "${groups[@]}" "${all[@]}"
    ok '... give the same bytes' cmp "$out" "$tmp/four.tsv"
done
ok 'no groups' measure "${how[@]}" "${all[@]}"
ok '... leave two readings, the same as before' \
    diff "$out" <(awk -F '\t' '$2 != "cs" && $2 != "calm"' "$tmp/four.tsv")
cp "$out" "$tmp/two.tsv"
ok 'another seed' measure "${how[@]}" --seed 8 "${all[@]}"
is '... leaves the correlations of classes' "$(grep -v '^all' "$out" | cut -f 1-5,7,11)" \
    "$(grep -v '^all' "$tmp/two.tsv" | cut -f 1-5,7,11)"
is '... and draws anew' "$(cut -f 8 "$out" | cmp -s - <(cut -f 8 "$tmp/two.tsv") || echo other)" other

# --- heads that also shift the logits, the same for every sentence; by as much where two are tied

perl tests/edit-tensors.pl "$ablation" "$tmp/shifted.safetensors" \
    'if ($name eq "logits_without") { $values[$_] += (3, -1, 4)[$_ % 3] * abs($_ / 3 % 12 - 3.5) for 0 .. $#values }'
ok 'heads with a constant shift each' measure "${how[@]}" --groups calm=calm "$tmp/shifted.safetensors" "${scores[@]}"
cp "$out" "$tmp/shifted.tsv"
ok '... and without it' measure "${how[@]}" --groups calm=calm "$ablation" "${scores[@]}"
ok '... are the same when centred' "$bin/compare" --rtol 1e-7 --atol 1e-9 \
    <(awk -F '\t' 'NR == 1 || $3 == "centred"' "$tmp/shifted.tsv") <(awk -F '\t' 'NR == 1 || $3 == "centred"' "$out")
is '... and differ raw' \
    "$(cmp -s <(awk -F '\t' '$3 == "raw"' "$tmp/shifted.tsv") <(grep -P '\traw\t' "$out") || echo other)" other

# --- few classes, few sentences

sound=("$(broken sound)" "$(broken sound-scores)")
ok 'two classes, one of a single sentence' measure "${sound[@]}"
is '... bear numbers without names' "$(cut -f 1,2,5 "$out" | uniq | sed 1d | tr '\t\n' ' ;')" \
    'class_0 max 2;class_1 max 1;mean max 1.5;all max 1;'
is '... which has no halves' "$(rows class_1 max raw | cut -f 3,7 | sort -u | xargs)" 'NA NA'
perl tests/edit-tensors.pl "$ablation" "$tmp/lone.safetensors" '@values = (1) x @values if $name eq "labels"'
ok 'sentences of one class' measure "${how[@]}" "$tmp/lone.safetensors" "${scores[@]}"
is '... are it, its mean and all' "$(cut -f 1,5 "$out" | uniq | sed 1d | tr '\t\n' ' ;')" \
    'angry/loud 15;mean 15;all 15;'
is '... with the same correlations' "$(rows all max raw | cut -f 4)" "$(rows angry/loud max raw | cut -f 4)"

# --- usage and refusals

echo before >"$out"
fails 2 "^measure-classes: --groups: 'calm' is not NAME=CLASS" 'a group without a name' measure --groups calm "${all[@]}"
fails 1 'ablation.safetensors: has no class .merry.' 'an unknown class' measure --groups a=merry "${all[@]}"
fails 1 'sound.safetensors: is of two classes' 'groups of two classes' measure --groups a=calm "${sound[@]}"
fails 2 'expected ABLATION SCORES' 'no scores' measure "$ablation"
fails 2 "--resamples: '1' is not a number from 2" 'one resample has no deviation' measure --resamples 1 "${all[@]}"
fails 2 "--splits: '0' is not a number from 1" 'no split' measure --splits 0 "${all[@]}"
fails 1 'before from another file' 'the same scores twice' measure "$ablation" "${scores[0]}" "${scores[0]}"
fails 1 "'oan' has shape \[3, 2, 2\] where \[15, 4, 3\]" 'scores of other sentences' measure "$ablation" "${sound[1]}"
fails 1 "'oracle', a name that is kept" 'a control among the scores' measure "${sound[0]}" "$(broken control-name)"
fails 1 'holds no scores' 'a file without scores' measure "${sound[0]}" "$(broken no-scores)"
fails 1 "'oan' has shape" 'a base of other heads' measure --base "$fixture/base.safetensors" "${sound[@]}"
for wrong in nan-logits infinite-logits label-range label-negative labels-short no-labels one-class no-heads no-ablation; do
    fails 1 "^measure-classes: .*$wrong.safetensors: " "$wrong" measure "$(broken $wrong)" "${sound[1]}"
done
is 'what stood there was never touched' "$(cat "$out")" before
is '... and nothing is left beside it' "$(find "$tmp" -name 'out.tsv.*')" ''

finish
