#!/usr/bin/env bash
# train.t: training against PyTorch's, adapters against PEFT, runs that are stopped and taken up, and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

fixture=tests/fixtures
training=$fixture/training
batch=$training/tokens.safetensors
odd=$tmp/odd
export OMP_WAIT_POLICY=passive # threads that wait leave the processor to others

train() { "$bin/train" --threads 1 "$@"; }
# column FOLDER NAME: of log.tsv, under its name.
column() {
    awk -F '\t' -v name="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i }
        { print $c }' "$1/log.tsv"
}
# record FOLDER NAME: a value of record.tsv.
record() { awk -F '\t' -v name="$2" '$1 == name { print $2 }' "$1/record.tsv"; }
tensor() { "$bin/inspect" --tensor "$2" "$1" | sed 1,2d | cut -f 2-; }
names() { "$bin/inspect" "$1" | awk '$2 ~ /^F/ { print $1 }'; }
edit() { perl tests/edit-tensors.pl "$@"; }
# agrees NAME ATOL FILE REFERENCE [OPTION...]
agrees() { ok "$1" "$bin/compare" --atol "$2" "${@:5}" "$3" "$4"; }
# same NAME FOLDER FOLDER FILE...: the same bytes.
same() {
    local name=$1 status=0 file
    for file in "${@:4}"; do
        cmp "$2/$file" "$3/$file" >>"$tmp/output" 2>&1 || status=1
    done
    report "$status" "$name"
}
refuses() { fails "$1" "$2" "$3" train "${@:4}" -o "$tmp/refused"; }

ok 'the fixture is imported' "$bin/import-checkpoint" $fixture/encoder/bert-odd -o "$odd"
for part in train held-out; do
    ok "the pocket corpus: $part" "$bin/tokenize" data/pocket data/pocket/$part.tsv -o "$tmp/$part.safetensors"
done

# --- three steps of PyTorch, in float64; README.md has the conventions

# follows FOLDER NAME: log.tsv has PyTorch's losses, rates and norms. It has 6 decimals, 4 digits and 4 decimals;
# the forward pass in F32 adds some 1e-6.
follows() {
    local pair
    for pair in loss:losses:3e-6 rate:learning_rates:0 gradient_norm:gradient_norms:6e-5; do
        IFS=: read -r column tensor atol <<<"$pair"
        { echo value; column "$1" "$column" | sed 1d; } >"$tmp/found.tsv"
        { echo value; tensor "$training/$2/expected.safetensors" "$tensor"; } >"$tmp/expected.tsv"
        agrees "... $column of each step" "$atol" "$tmp/found.tsv" "$tmp/expected.tsv"
    done
}

steps=(--rate 1e-3 --warm-up 1 --steps 3 --batch 8 --weight-decay 0.01 --clip 1 --dropout 0 --log-every 1)
after=$training/full/after.safetensors
ok 'all parameters are trained' train --method full "${steps[@]}" "$odd" $batch -o "$tmp/full"
# PyTorch itself strays by 4e-6 in F32; the bias of a key has no gradient but rounding, and moves up to a rate a step.
agrees '... as PyTorch trains them' 4e-6 "$tmp/full/model.safetensors" "$after" \
    --tensor "$(names "$after" | grep -v key.bias | paste -sd,)"
agrees '... the biases of keys stay near' 1.6e-3 "$tmp/full/model.safetensors" "$after"
follows "$tmp/full" full

adapter=(--rank 4 --alpha 8 --adapter $training/lora/initial)
ok 'an adapter is trained' train "${adapter[@]}" "${steps[@]}" "$odd" $batch -o "$tmp/lora"
agrees '... as PEFT trains it' 4e-6 "$tmp/lora/adapter_model.safetensors" $training/lora/after/adapter_model.safetensors
follows "$tmp/lora" lora
is '... from the one that is recorded' "$(record "$tmp/lora" adapter_sha256)" \
    "$(tail -c +$((9 + $(od -An -tu8 -N8 $training/lora/initial/adapter_model.safetensors))) \
        $training/lora/initial/adapter_model.safetensors | sha256sum | cut -d ' ' -f 1)"
is '... which the history has too' \
    "$("$bin/inspect" --history "$tmp/lora/adapter_model.safetensors" | grep -c 'adapter')" 1
ok 'the adapter is merged' "$bin/import-checkpoint" --adapter "$tmp/lora" "$odd" -o "$tmp/merged"
ok '... and run' "$bin/forward" "$tmp/merged" $batch -o "$tmp/logits.safetensors"
# the parameters' 4e-6, times the few that move a logit together
agrees '... to the logits of PEFT' 5e-5 "$tmp/logits.safetensors" <(:) 2>/dev/null || :
