#!/usr/bin/env bash
# measure-snapshot.t: depth, accuracy and correlations in every reading against NumPy and SciPy; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

fixture=tests/fixtures/correlate
ablation=$fixture/ablation.safetensors
probe=$fixture/probe.safetensors
held_out=$fixture/held-out.safetensors
scores=("$fixture/scores.safetensors" "$fixture/gradients.safetensors")
out=$tmp/out.tsv

measure() { "$bin/measure-snapshot" "$@" -o "$out"; }
# as make-correlate.py computed it
how=(--run four-s1 --step 32 --seed 7 --splits 30)
all=("$probe" "$held_out" "$ablation" "${scores[@]}")
base=(--base "$fixture/base.safetensors")
broken() { echo "$fixture/broken/$1.safetensors"; }
# cell READING METHOD NAME: of the table written last.
cell() { env/cell.sh "$out" "$3" "reading=$1" "method=$2"; }

ok 'a snapshot in four readings' measure "${how[@]}" "${base[@]}" --groups cs=calm+sad,calm=calm "${all[@]}"
ok '... is what SciPy makes of it' "$bin/compare" --rtol 5.1e-9 --atol 1e-12 "$out" $fixture/snapshot.tsv
cp "$out" "$tmp/four.tsv"
for threads in 1 2 5; do
    ok "$threads threads" measure --threads $threads "${how[@]}" "${base[@]}" --groups cs=calm+sad,calm=calm "${all[@]}"
    ok '... give the same bytes' cmp "$out" "$tmp/four.tsv"
done
ok 'the other side of a group, by a name with a slash' \
    measure "${how[@]}" "${base[@]}" --groups cs=angry/loud,calm=sad+angry/loud "${all[@]}"
ok '... is the same reading' "$bin/compare" --rtol 1e-9 --atol 1e-12 "$out" "$tmp/four.tsv"
ok 'no groups' measure "${how[@]}" "${base[@]}" "${all[@]}"
is '... leave two readings' "$(cut -f 3 "$out" | uniq | xargs)" 'reading max mean'
ok '... the same as before' diff "$out" <(grep -v -e 'four-s1.32.c' "$tmp/four.tsv")
ok 'another seed' measure "${how[@]}" --seed 8 "${base[@]}" "${all[@]}"
is '... splits anew' "$(cut -f 13 "$out" | cmp -s - <(cut -f 13 "$tmp/four.tsv" | head -n 31) || echo other)" other
is '... and leaves the rest' "$(cut -f 1-10,12,14 "$out")" "$(cut -f 1-10,12,14 "$tmp/four.tsv" | head -n 31)"

two=("$(broken sound)" "$(broken sound)" "$(broken sound)" "$(broken sound-scores)")
ok 'a network of two classes' measure "${two[@]}"
is '... has one reading' "$(cut -f 3 "$out" | uniq | xargs)" 'reading max'
is '... and is chance at half' "$(cell max oan chance)" 0.5
# sigmoid(-2), sigmoid(-1), sigmoid(-2)
is '... its depth is the mean of 1 - p' "$(cell max oan depth)" \
    "$(awk 'BEGIN { printf "%.9g", (2 / (1 + exp(2)) + 1 / (1 + exp(1))) / 3 }')"

# --- usage

# groups STATUS REGEX NAME GROUPS
groups() { fails "$1" "^measure-snapshot: .*$2" "$3" measure --groups "$4" "${all[@]}"; }
echo before >"$out"
groups 2 "'calm' is not NAME=CLASS" 'a group without a name' calm
groups 2 "'=calm' is not NAME=CLASS" 'an empty name' =calm
groups 2 "a reading 'max' is there already" 'the name of a margin' max=calm
groups 2 "a reading 'a' is there already" 'a name twice' a=calm,a=sad
groups 2 "'a' has the class 'calm' twice" 'a class twice' a=calm+calm
groups 2 "'a' leaves no class" 'all classes' a=calm+sad+angry/loud
groups 1 "ablation.safetensors: has no class 'merry'.*'a'.*found calm,angry/loud,sad" 'an unknown class' a=calm+merry
groups 1 "has no class ''" 'no class' a=
groups 1 "has no class ''" 'an empty class' a=calm+
fails 1 'sound.safetensors: is of two classes' 'groups of two classes' measure --groups a=calm "${two[@]}"
fails 2 'expected PROBE HELD_OUT ABLATION SCORES' 'three files' measure "${all[@]:0:3}"

# --- refusals

fails 1 'sound.safetensors: is of 2 classes .expected 3' 'a probe of other classes' \
    measure "$(broken sound)" "$held_out" "$ablation" "${scores[@]}"
fails 1 'sound.safetensors: is of 2 classes .expected 3' 'held-out sentences of other classes' \
    measure "$probe" "$(broken sound)" "$ablation" "${scores[@]}"
fails 1 "'oan' has shape \[3, 2, 2\] where \[15, 4, 3\]" 'scores of other sentences' \
    measure "$probe" "$held_out" "$ablation" "$(broken sound-scores)"
fails 1 'before from another file' 'the same scores twice' measure "${all[@]}" "${scores[0]}"
fails 1 "'oracle', a name that is kept" 'a control among the scores' \
    measure "${two[@]:0:3}" "$(broken control-name)"
fails 1 'holds no scores' 'a file without scores' measure "${two[@]:0:3}" "$(broken no-scores)"
fails 1 'no heads' 'no heads' measure "${two[@]:0:2}" "$(broken no-heads)" "$(broken sound-scores)"
fails 1 "no tensor 'logits_without'" 'no ablation' \
    measure "${two[@]:0:2}" "$(broken no-ablation)" "$(broken sound-scores)"
for wrong in nan-logits label-range labels-short no-labels one-class; do
    for place in 0 1 2; do
        files=("${two[@]}")
        files[place]=$(broken $wrong)
        fails 1 "^measure-snapshot: .*$wrong.safetensors: " "$wrong in place $place" measure "${files[@]}"
    done
done
sed 's/"classes"/"courses"/' "$ablation" >"$tmp/nameless.safetensors"
fails 1 'nameless.safetensors: does not name its 3 classes' 'groups of classes without names' \
    measure --groups a=calm "$probe" "$held_out" "$tmp/nameless.safetensors" "${scores[@]}"
is 'what stood there was never touched' "$(cat "$out")" before
is '... and nothing is left beside it' "$(find "$tmp" -name 'out.tsv.*')" ''

finish
