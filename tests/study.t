#!/usr/bin/env bash
# study.t: make study, of one checkpoint and of several, as its user calls it; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

make_tree "$tmp/tree"
study() { in_tree study "$@"; }
cell() { env/cell.sh "$tree/build/$1" "$3" "1=$2"; }

mkdir "$tmp/models" "$tmp/a folder"
for name in first second; do
    cp -r data/pocket/model "$tmp/models/$name"
done
perl tests/edit-tensors.pl data/pocket/model/model.safetensors "$tmp/models/second/model.safetensors" \
    '$_ *= 1.1 for @values'
head -n 41 data/pocket/sentences.tsv >"$tmp/a folder/sentences.tsv"
cp -r data/pocket/model "$tmp/a folder/größe 1"
sentences="$tmp/a folder/sentences.tsv"

# --- one checkpoint

ok 'a checkpoint and sentences, their paths with spaces and other letters' \
    study MODEL="$tmp/a folder/größe 1" SENTENCES="$sentences"
name=$(basename "$tree"/build/gr*)
is '... is called after its folder' "$name" "gr____e_1"
ok '... a report' test -s "$tree/build/$name/report.pdf"
is '... of these sentences' "$(cell "$name/facts.tsv" sentences value)" 40

# --- byte-level BPE and an adapter, with the tokens and logits of transformers and PEFT (make-adapter-check.py)

fixtures=tests/fixtures
ok 'RoBERTa with an adapter' study MODEL=$fixtures/encoder/roberta-three ADAPTER=$fixtures/adapter/roberta-three \
    SENTENCES=$fixtures/adapter/roberta-three.tsv
ok '... a report' test -s "$tree/build/roberta-three/report.pdf"
ok '... of the tokens of the reference' "$bin/compare" --tensor ids,offsets,labels \
    "$tree/build/roberta-three/tokens.safetensors" $fixtures/adapter/roberta-three.safetensors
# F32 is some 1e-6 off where logits are 1 or 2
ok '... and the logits' "$bin/compare" --cast --atol 2e-5 --tensor logits \
    "$tree/build/roberta-three/forward.safetensors" $fixtures/adapter/roberta-three.safetensors
is '... the table of heads has all' "$(tail -n +2 "$tree/build/roberta-three/heads.tsv" | cut -f 1,2 | sort -u | wc -l)" 8

# --- several

ok 'two checkpoints' study MODELS="$tmp/models/first $tmp/models/second" SENTENCES="$sentences"
ok '... a report' test -s "$tree/build/comparison/comparison.pdf"
is '... on both' "$(tail -n +2 "$tree/build/comparison/comparison/agreement.tsv" | cut -f 1,2 | sort -u)" $'first\tsecond'
is '... whose heads are those of the model' "$(cell comparison/comparison/agreement.tsv first heads)" \
    "$(cell first/facts.tsv heads_total value)"
before=$(stat -c %y "$tree/build/comparison/comparison.pdf")
ok 'once more' study MODELS="$tmp/models/first $tmp/models/second" SENTENCES="$sentences"
is '... nothing is done again' "$(stat -c %y "$tree/build/comparison/comparison.pdf")" "$before"

# --- what is asked for is what is done

sed "s/negative$/it's not/; s/positive$/it's so/" "$sentences" >"$tmp/apostrophes.tsv"
ok 'classes with apostrophes and spaces' in_tree build/first/tokens.safetensors MODEL="$tmp/models/first" \
    SENTENCES="$tmp/apostrophes.tsv" CLASSES="it's not,it's so"
is '... are those of the model' "$("$bin/inspect" --history "$tree/build/first/tokens.safetensors" | grep -o -- '--classes .* --sent')" \
    "--classes it's not,it's so --sent"

cp -r data/pocket/model "$tmp/models/sst2"
asked() { in_tree build/sst2/params MODEL="$tmp/models/sst2" SENTENCES="$sentences" "$@" >/dev/null && head -n 1 "$tree/build/sst2/params"; }
is 'a model that is called like a task has its own classes' "$(asked)" 'classes '
is '... or those that are asked for' "$(asked CLASSES=no,yes)" 'classes no,yes'

elsewhere() { (export NAME=host RUN=there SHARDS=x BASE=nowhere CLASSES=a,b; asked); }
is 'what the environment calls by the same names is another thing' "$(elsewhere)" 'classes '

# --- refusals

ls "$tree/build" >"$tmp/before"
fails 2 'usage: make study MODEL=dir SENTENCES=file.tsv' 'nothing' study
fails 2 'usage: make study MODEL=dir SENTENCES=file.tsv' 'no sentences' study MODEL=data/pocket/model
fails 2 'usage: make study MODEL=dir SENTENCES=file.tsv' 'no model' study SENTENCES=data/pocket/sentences.tsv
fails 2 'MODEL is one model, MODELS are several' 'both' study MODEL=a MODELS='b c' SENTENCES=d
fails 2 "MODELS='a' is but one" 'one of several' study MODELS=a SENTENCES=d
fails 2 'two of same same have the same name' 'a name twice' study MODELS='a/same b/same' SENTENCES=d
fails 2 "the name 'pocket' is taken" 'a name of an experiment' study MODELS='pocket b' SENTENCES=d
fails 2 "the name 'minilm-sst2' is taken .NAME=" 'the same of one' study MODEL=x/minilm-sst2 SENTENCES=d
others=$(find . -path ./build -prune -o \( -name '*.mk' -o -name Makefile \) -exec grep -ohE 'build/[a-z-]+([^A-Za-z0-9_.%$-]|$)' {} + |
    grep -oE '[a-z-]+' | grep -vxE 'build|pocket|comparison' | sort -u)
is 'whatever else the makefiles have in build/ is taken' \
    "$(for name in $others; do
        [[ $(study NAME="$name" MODEL=c SENTENCES=d 2>&1) = *"the name '$name' is taken"* ]] || echo "$name"
    done)" ''
ok '... verify, for one' grep -qx verify <<<"$others"
fails 2 'ADAPTER is that of a MODEL' 'an adapter of several' study MODELS='a b' ADAPTER=c SENTENCES=d
fails 2 "NAME='a/b' has other characters" 'a name that is a path' study NAME=a/b MODEL=c SENTENCES=d
is 'nothing is left of these' "$(ls "$tree/build")" "$(cat "$tmp/before")"
study MODEL="$tmp/nowhere" SENTENCES="$sentences" >"$tmp/said" 2>&1
is 'a checkpoint that is not there is named' "$(grep -c "^nowhere: $tmp/nowhere is not here" "$tmp/said")" 1

finish
