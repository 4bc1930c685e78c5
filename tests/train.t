#!/usr/bin/env bash
# train.t: training against PyTorch's, adapters against PEFT, runs that are stopped and taken up, and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

fixture=tests/fixtures
training=$fixture/training
batch=$training/tokens.safetensors
names_in() { (cd "$1" && echo *); }
odd=$tmp/odd
export OMP_WAIT_POLICY=passive # threads that wait leave the processor to others

train() { "$bin/train" --threads 1 "$@"; }
refuses() { fails "$1" "$2" "$3" train "${@:4}" -o "$tmp/refused"; }
# column FOLDER NAME: of log.tsv.
column() {
    awk -F '\t' -v name="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i }
        NR > 1 { print $c }' "$1/log.tsv"
}
# record FOLDER NAME: a value of record.tsv.
record() { awk -F '\t' -v name="$2" '$1 == name { print $2 }' "$1/record.tsv"; }
# tensor FILE NAME: its elements, a row a line.
tensor() { "$bin/inspect" --tensor "$2" "$1" | sed 1,2d | cut -f 2-; }
edit() { perl tests/edit-tensors.pl "$@"; }
# agrees NAME ATOL FILE REFERENCE [OPTION...]
agrees() { ok "$1" "$bin/compare" --atol "$2" "${@:5}" "$3" "$4"; }
# same NAME FOLDER FOLDER FILE...: the same bytes.
same() { ok "$1" bash -c 'a=$1 b=$2; for f in "${@:3}"; do cmp "$a/$f" "$b/$f" || exit 1; done' - "${@:2}"; }
# measure FOLDER TOKENS: a model's accuracy and mean cross-entropy, from the logits that forward gives.
measure() {
    "$bin/forward" "$1" "$2" -o "$tmp/logits.safetensors" &&
        paste <(tensor "$2" labels) <(tensor "$tmp/logits.safetensors" logits) | awk '{
            best = 2
            sum = 0
            for (i = 2; i <= NF; i++) {
                if ($i > $best) best = i
                sum += exp($i)
            }
            right += best == $1 + 2
            loss += log(sum) - $($1 + 2)
        }
        END { printf "%.6f %.6f\n", right / NR, loss / NR }'
}
# measured FOLDER: what the record says of them.
measured() { echo "$(record "$1" held_out_accuracy) $(record "$1" held_out_loss)"; }

ok 'a fixture is imported' "$bin/import-checkpoint" $fixture/encoder/bert-odd -o "$odd"
for part in train held-out; do
    ok "the pocket corpus, $part" "$bin/tokenize" data/pocket data/pocket/$part.tsv -o "$tmp/$part.safetensors"
done
corpus=$tmp/train.safetensors
held_out=$tmp/held-out.safetensors

# --- three steps, as PyTorch takes them in float64; fixtures/README.md has the conventions

# follows NAME FOLDER: log.tsv has PyTorch's losses, rates and norms. The log has 6 decimals, 4 digits and 4 decimals;
# a loss in F32 is some 1e-6 off.
follows() {
    local pair name tensor atol
    for pair in loss:losses:3e-6 rate:learning_rates:1e-12 gradient_norm:gradient_norms:6e-5; do
        IFS=: read -r name tensor atol <<<"$pair"
        { echo value; column "$2" "$name"; } >"$tmp/found.tsv"
        { echo value; tensor "$training/$1/expected.safetensors" "$tensor"; } >"$tmp/expected.tsv"
        agrees "... and $name of each step" "$atol" "$tmp/found.tsv" "$tmp/expected.tsv"
    done
}

steps=(--rate 1e-3 --warm-up 1 --steps 3 --batch 8 --weight-decay 0.01 --clip 1 --dropout 0 --log-every 1)
after=$training/full/after.safetensors
ok 'all parameters are trained' train --method full "${steps[@]}" "$odd" $batch -o "$tmp/full"
# PyTorch's own F32 strays by 4e-6. A key's bias has a gradient of mere rounding, and moves up to a rate a step.
agrees '... as PyTorch trains them' 4e-6 "$tmp/full/model.safetensors" "$after" \
    --tensor "$("$bin/inspect" "$after" | awk '$2 == "F32" && !/key.bias/ { print $1 }' | paste -sd,)"
agrees '... and keys have biases near' 1.6e-3 "$tmp/full/model.safetensors" "$after"
follows full "$tmp/full"
is '... of the whole model' "$(record "$tmp/full" trained_parameters)" 22910

start=(--rank 4 --alpha 8 --adapter "$training/lora/initial")
ok 'an adapter is trained further' train "${start[@]}" "${steps[@]}" "$odd" $batch -o "$tmp/lora"
agrees '... as PEFT trains it' 4e-6 "$tmp/lora/adapter_model.safetensors" $training/lora/after/adapter_model.safetensors
follows lora "$tmp/lora"
is '... of the adapter alone' "$(record "$tmp/lora" trained_parameters)" 5144
sha256=$("$bin/inspect" --history $training/lora/initial/adapter_model.safetensors | awk 'NR == 1 { print $2 }')
is '... from the one in the record' "$(record "$tmp/lora" adapter_sha256 | cut -c -${#sha256})" "$sha256"
is '... and in the history' \
    "$("$bin/inspect" --history "$tmp/lora/adapter_model.safetensors" | grep -c " adapter .*$sha256")" 1
ok '... then merged' "$bin/import-checkpoint" --adapter "$tmp/lora" "$odd" -o "$tmp/merged"
ok '... and run' "$bin/forward" "$tmp/merged" $batch -o "$tmp/logits.safetensors"
edit $training/lora/expected.safetensors "$tmp/expected.safetensors" \
    '$name = $name eq "logits_after" ? "logits" : ""'
# F32 through two layers, from parameters that are some 1e-7 off
agrees '... to the logits of PEFT' 1e-5 "$tmp/logits.safetensors" "$tmp/expected.safetensors" --tensor logits

# --- adapters that train wrote, as PEFT read them (make-adapter-check.py)

# merges NAME BASE ADAPTER: the committed adapter, merged, gives the logits that PEFT had from it, and those that
# transformers had from the merged model. F32 is some 1e-6 off where logits are 1 or 2.
merges() {
    local name=$1 kind
    ok "an adapter of $name is merged" "$bin/import-checkpoint" --adapter "$3" "$2" -o "$tmp/merged"
    ok '... and run' "$bin/forward" "$tmp/merged" $fixture/adapter/"$name".safetensors -o "$tmp/logits.safetensors"
    for kind in logits logits_merged; do
        edit $fixture/adapter/"$name".safetensors "$tmp/expected.safetensors" \
            "\$name = \$name eq '$kind' ? 'logits' : ''"
        agrees "... to the $kind of the reference" 2e-5 "$tmp/logits.safetensors" "$tmp/expected.safetensors" \
            --tensor logits
    done
}
# writes NAME BASE OPTION...: train still writes such an adapter: its names and shapes, whatever the values.
writes() {
    ok "an adapter of $1 is trained" train "${@:3}" --rank 2 --alpha 4 --steps 2 --batch 4 --dropout 0 \
        "$2" $fixture/adapter/"$1".safetensors -o "$tmp/adapter"
    agrees '... with the tensors that PEFT took' 1e9 "$tmp/adapter/adapter_model.safetensors" \
        $fixture/adapter/"$1"/adapter_model.safetensors
    same '... and that configuration' "$tmp/adapter" $fixture/adapter/"$1" adapter_config.json
}

base=$tmp/base
# headless NAME: the model without its head is the base.
headless() {
    rm -rf "$tmp/headless"
    cp -r $fixture/encoder/"$1" "$tmp/headless"
    sed -i 's/ForSequenceClassification/Model/' "$tmp/headless/config.json"
    ok "$1 without its head is a base" "$bin/import-checkpoint" "$tmp/headless" -o "$base"
}
ok 'bert-odd is a base' "$bin/import-checkpoint" $fixture/encoder/bert-odd -o "$base"
merges bert-odd "$base" $fixture/adapter/bert-odd
writes bert-odd "$base"
ok 'so is roberta-three' "$bin/import-checkpoint" $fixture/encoder/roberta-three -o "$base"
merges roberta-three "$base" $fixture/adapter/roberta-three
writes roberta-three "$base" --whole classifier
headless electra-four
merges electra-four "$base" $fixture/adapter/electra-four
writes electra-four "$base" --targets query,value,output.dense --whole classifier
headless distilbert-five
merges distilbert-five "$base" $fixture/adapter/distilbert-five
writes distilbert-five "$base" --targets q_lin,v_lin,out_lin,lin1,lin2 --whole classifier --half
if [ -e data/adapters/minilm-sst2 ] && [ -e $fixture/adapter/minilm-sst2.safetensors ] &&
    [ -e "${INPUTS:-inputs}/minilm" ]; then
    merges minilm-sst2 "${INPUTS:-inputs}/minilm" data/adapters/minilm-sst2
else
    skip 'the adapter of the paper' 'it, its fixture or its base is not here'
fi

# --- learning

pocket=(--init random --method full --batch 8 --rate 1e-3 --warm-up 0.1 --dropout 0 --held-out "$held_out")
ok 'a model learns from random weights' \
    train "${pocket[@]}" --steps 500 --log-every 50 data/pocket "$corpus" -o "$tmp/learnt"
is '... its loss falls' \
    "$(column "$tmp/learnt" loss | awk 'NR == 1 { first = $1 } END { print (first > 0.69), ($1 < 0.5) }')" '1 1'
is '... its held-out accuracy and loss are in the record' "$(measured "$tmp/learnt")" \
    "$(measure "$tmp/learnt" "$held_out")"
is '... and in the log' "$(column "$tmp/learnt" held_out_accuracy | uniq | paste -sd' ')" \
    "NA $(record "$tmp/learnt" held_out_accuracy)"
is '... and is above chance' "$(record "$tmp/learnt" held_out_accuracy | awk '{ print ($1 > 0.7) }')" 1
is '... the record is whole' "$(cut -f 1 "$tmp/learnt/record.tsv" | paste -sd' ')" \
    "name base base_sha256 init method trained_parameters sentences tokens tokens_sha256 classes \
learning_rate schedule warm_up_steps batch epochs steps clip weight_decay \
dropout attention_dropout classifier_dropout seed held_out_sentences held_out_accuracy held_out_loss"
asked=(base base_sha256 init method sentences classes learning_rate schedule warm_up_steps batch epochs steps
    dropout seed held_out_sentences)
is '... with what was asked' "$(for name in "${asked[@]}"; do record "$tmp/learnt" "$name"; done | paste -sd' ')" \
    'pocket NA random full 2000 negative,positive 0.001 linear 50 8 2 500 0 1 200'
is '... and nothing else is left' "$(names_in "$tmp/learnt")" \
    'config.json log.tsv model.safetensors record.tsv tokenizer_config.json vocab.txt'

ok 'an adapter learns' train --steps 60 --batch 8 --held-out "$held_out" \
    --evaluate-every 20 --log-every 60 data/pocket/model "$corpus" -o "$tmp/adapter"
is '... with a held-out accuracy and loss' "$(measured "$tmp/adapter")" \
    "$("$bin/import-checkpoint" --adapter "$tmp/adapter" data/pocket/model -o "$tmp/merged" &&
        measure "$tmp/merged" "$held_out")"
is '... as often as asked' "$(column "$tmp/adapter" held_out_accuracy | sed 's/0\..*/number/' | paste -sd' ')" \
    'number number number'
is '... at those steps' "$(column "$tmp/adapter" step | paste -sd' ')" '20 40 60'
is '... the record is whole' "$(cut -f 1 "$tmp/adapter/record.tsv" | sed -n '/^method/,/^trained/p' | paste -sd' ')" \
    'method rank alpha targets whole adapter_dtype trained_parameters'
is '... and nothing else is left' "$(names_in "$tmp/adapter")" \
    'adapter_config.json adapter_model.safetensors log.tsv record.tsv'

# --- what decides the result, and what does not

few=(--steps 12 --batch 8 --log-every 1)
full=(model.safetensors config.json log.tsv record.tsv)
lora=(adapter_model.safetensors adapter_config.json log.tsv record.tsv)
ok 'random weights' train --init random --method full "${few[@]}" data/pocket "$corpus" -o "$tmp/one"
ok '... once more' train --init random --method full "${few[@]}" data/pocket "$corpus" -o "$tmp/two"
same '... are the same from the same seed' "$tmp/one" "$tmp/two" "${full[@]}"
ok '... with two threads' \
    "$bin/train" --threads 2 --init random --method full "${few[@]}" data/pocket "$corpus" -o "$tmp/two"
same '... too' "$tmp/one" "$tmp/two" "${full[@]}"
ok '... from another seed' \
    train --seed 2 --init random --method full "${few[@]}" data/pocket "$corpus" -o "$tmp/two"
ok '... are others' bash -c '! cmp "$1" "$2"' - "$tmp/one/model.safetensors" "$tmp/two/model.safetensors"
for threads in 1 2 3; do
    ok "an adapter, $threads threads" "$bin/train" --threads $threads "${few[@]}" --held-out "$held_out" \
        data/pocket/model "$corpus" -o "$tmp/threads-$threads"
done
same '... two are as good as one' "$tmp/threads-1" "$tmp/threads-2" "${lora[@]}"
same '... and three' "$tmp/threads-1" "$tmp/threads-3" "${lora[@]}"

ok 'a constant schedule' train --schedule constant --warm-up 2 --steps 5 --log-every 1 --rate 0.002 --snapshots 2,4 \
    "$odd" $batch -o "$tmp/constant"
is '... stays at its rate' "$(column "$tmp/constant" rate | paste -sd' ')" '0 0.001 0.002 0.002 0.002'
ok 'a linear one' train --warm-up 0.3 --steps 6 --log-every 1 --rate 0.002 "$odd" $batch -o "$tmp/linear"
is '... falls to zero, from its share of steps on' "$(column "$tmp/linear" rate | paste -sd' ')" \
    '0 0.001 0.002 0.0015 0.001 0.0005'
is 'snapshots are written' "$(cd "$tmp/constant" && echo step-*)" 'step-2 step-4'
ok '... a run that ends there' train --schedule constant --warm-up 2 --steps 4 --rate 0.002 \
    "$odd" $batch -o "$tmp/shorter"
agrees '... gives the same' 0 "$tmp/constant/step-4/adapter_model.safetensors" "$tmp/shorter/adapter_model.safetensors"
ok 'a snapshot of a whole model' train --method full --steps 2 --snapshots 1 "$odd" $batch -o "$tmp/snapshot"
ok '... is a model' "$bin/forward" "$tmp/snapshot/step-1" $batch -o "$tmp/logits.safetensors"

# At a rate of zero what is written is what the run began with.
for classes in negative,positive negative,positive,other,none; do
    ok "tokens of $classes" "$bin/tokenize" --classes $classes "$base" data/pocket/sentences.tsv --max-length 8 \
        -o "$tmp/$classes.safetensors"
    ok '... give an encoder an adapter and a head' train --rate 0 --steps 1 --targets q_lin,lin2 --whole classifier \
        "$base" "$tmp/$classes.safetensors" -o "$tmp/start-$classes"
done
ok '... another seed too' train --seed 2 --rate 0 --steps 1 --targets q_lin,lin2 --whole classifier \
    "$base" "$tmp/negative,positive.safetensors" -o "$tmp/start-seed"
# factors FOLDER: its lora_A, all elements.
factors() {
    local name
    for name in $("$bin/inspect" "$1/adapter_model.safetensors" | awk '/lora_A/ { print $1 }'); do
        tensor "$1/adapter_model.safetensors" "$name"
    done
}
is '... where the adapter does not depend on the head' "$(factors "$tmp/start-negative,positive,other,none" | md5sum)" \
    "$(factors "$tmp/start-negative,positive" | md5sum)"
is '... but on the seed' "$(factors "$tmp/start-seed" | sort | comm -12 - <(factors "$tmp/start-negative,positive" | sort) |
    wc -l) $(factors "$tmp/start-seed" | wc -l)" "0 $(factors "$tmp/start-negative,positive" | wc -l)"

# --- adapters in F16

halves=("${few[@]}" --snapshots 5)
ok 'an adapter in F32' train "${halves[@]}" data/pocket/model "$corpus" -o "$tmp/single"
ok '... in F16' train --half "${halves[@]}" data/pocket/model "$corpus" -o "$tmp/half"
for step in . step-5; do
    # half a unit of 11 bits, and of the smallest that F16 has
    agrees "... is the same but for rounding, $step" 3e-8 "$tmp/half/$step/adapter_model.safetensors" \
        "$tmp/single/$step/adapter_model.safetensors" --rtol 4.883e-4 --cast
    is '... throughout' "$("$bin/inspect" "$tmp/half/$step/adapter_model.safetensors" |
        awk '$2 ~ /^(B?F|I|U)[0-9]+$/ { print $2 }' | sort -u)" F16
done
same '... the log is of the training, so the same' "$tmp/half" "$tmp/single" log.tsv adapter_config.json
is '... the record tells' "$(record "$tmp/half" adapter_dtype) $(record "$tmp/single" adapter_dtype)" 'F16 F32'
ok '... it is merged' "$bin/import-checkpoint" --adapter "$tmp/half" data/pocket/model -o "$tmp/merged"
ok '... as that in F32' "$bin/import-checkpoint" --adapter "$tmp/single" data/pocket/model -o "$tmp/merged-single"
# of parameters up to 1, and of a sum of eight products whose factors were rounded
agrees '... to nearly the same' 1e-3 "$tmp/merged/model.safetensors" "$tmp/merged-single/model.safetensors"
for dtype in F16 BF16; do
    mkdir -p "$tmp/start-$dtype"
    cp $training/lora/initial/adapter_config.json "$tmp/start-$dtype"
    edit $training/lora/initial/adapter_model.safetensors "$tmp/start-$dtype/adapter_model.safetensors" "\$dtype = '$dtype'"
    ok "training goes on from $dtype" train --rank 4 --alpha 8 --adapter "$tmp/start-$dtype" --rate 0 --steps 1 \
        "$odd" $batch -o "$tmp/from-$dtype"
    agrees '... exactly' 0 "$tmp/from-$dtype/adapter_model.safetensors" "$tmp/start-$dtype/adapter_model.safetensors" --cast
done
mkdir "$tmp/start-large"
cp $training/lora/initial/adapter_config.json "$tmp/start-large"
edit $training/lora/initial/adapter_model.safetensors "$tmp/start-large/adapter_model.safetensors" \
    '$values[1] = -65520 if $name =~ /classifier.bias/'
large=(--rank 4 --alpha 8 --adapter "$tmp/start-large" --rate 0 --steps 1 "$odd" "$batch" -o "$tmp/large")
fails 1 "large/adapter_model.safetensors: tensor '.*classifier.bias': element 1 is -65520, which F16 cannot hold" \
    'a value that F16 cannot hold' train --half "${large[@]}"
is '... writes no adapter' "$(names_in "$tmp/large")" 'log.tsv record.tsv state.safetensors'
ok '... but the run can be ended in F32' train -v "${large[@]}"
is '... without a step' "$(grep -c '^step' "$tmp/output")" 0

ok 'the epochs decide without --steps' train --epochs 3 --batch 3 "$odd" $batch -o "$tmp/epochs"
is '... each with a last batch that is smaller' "$(record "$tmp/epochs" steps)" 9

# At a rate of zero the loss of a step is that of its sentences in the model as it is.
ok 'one sentence a step' train --rate 0 --batch 1 --epochs 2 --dropout 0 --log-every 1 "$odd" $batch -o "$tmp/order"
losses=$(column "$tmp/order" loss)
is '... takes each once an epoch' "$(head -n 8 <<<"$losses" | sort)" "$(tail -n 8 <<<"$losses" | sort)"
is '... which are eight' "$(sort -u <<<"$losses" | wc -l)" 8
is '... in another order' "$([ "$(head -n 8 <<<"$losses")" != "$(tail -n 8 <<<"$losses")" ]; echo $?)" 0
head -n 2 data/pocket/sentences.tsv >"$tmp/single.tsv"
ok 'a single sentence' "$bin/tokenize" data/pocket "$tmp/single.tsv" -o "$tmp/single.safetensors"
single=(--rate 0 --steps 5 --log-every 1 data/pocket/model "$tmp/single.safetensors")
ok '... without dropout' train --dropout 0 "${single[@]}" -o "$tmp/single"
is '... has one loss' "$(column "$tmp/single" loss | sort -u | wc -l)" 1
ok '... with dropout' train --dropout 0.3 "${single[@]}" -o "$tmp/single"
is '... has as many as steps' "$(column "$tmp/single" loss | sort -u | wc -l)" 5

classes_of() { perl -MJSON::PP -e 'local $/; my $l = decode_json(<>)->{id2label}; print "@$l{sort keys %$l}"' "$1"; }
ok 'classes without names' train --init random --method full --steps 1 "$odd" $batch -o "$tmp/unnamed"
is '... are numbered' "$(classes_of "$tmp/unnamed/config.json")" 'LABEL_0 LABEL_1 LABEL_2'
ok 'classes with names' "$bin/tokenize" --classes negative,positive "$base" data/pocket/sentences.tsv \
    --max-length 8 -o "$tmp/named.safetensors"
ok '... give a new head' train --method full --steps 1 "$base" "$tmp/named.safetensors" -o "$tmp/headed"
is '... its own' "$(classes_of "$tmp/headed/config.json"), $(record "$tmp/headed" classes)" \
    'negative positive, negative,positive'
ok 'a head that is there' train --method full --steps 1 "$odd" $batch -o "$tmp/headed"
is '... keeps its own' "$(record "$tmp/headed" classes)" 'sober,merry,angry'

printf 'sentence\tlabel\nba\tWorld\nbe\tBusiness\nbi\tSports\nbo\tSci/Tech\n' >"$tmp/four.tsv"
pairs=World+Sports,Business+Sci/Tech
ok 'classes that join labels' "$bin/tokenize" --classes $pairs "$base" "$tmp/four.tsv" \
    --max-length 8 -o "$tmp/pairs.safetensors"
ok '... give a new head' train --steps 1 --targets q_lin --whole pre_classifier,classifier \
    "$base" "$tmp/pairs.safetensors" -o "$tmp/pairs"
is '... its own' "$(record "$tmp/pairs" classes)" $pairs
ok '... which is imported' "$bin/import-checkpoint" --adapter "$tmp/pairs" --classes $pairs "$base" \
    -o "$tmp/merged"
is '... by those names' "$(classes_of "$tmp/merged/config.json")" "${pairs/,/ }"
ok '... tokenizes the labels' "$bin/tokenize" "$tmp/merged" "$tmp/four.tsv" --max-length 8 -o "$tmp/again.safetensors"
ok '... as before' "$bin/compare" "$tmp/again.safetensors" "$tmp/pairs.safetensors"
ok '... and runs' "$bin/forward" "$tmp/merged" "$tmp/again.safetensors" -o "$tmp/pairs-forward.safetensors"

# --- a run that is stopped

long=(--steps 2000 --batch 4 --log-every 100 --evaluate-every 500 --held-out "$held_out" data/pocket/model "$corpus")
ok 'a run that nothing disturbs' train "${long[@]}" -o "$tmp/whole"

# interrupt SIGNAL: starts the long run in $tmp/stopped and sends the signal soon after step 300, which the log tells as
# it goes. Its exit status.
interrupt() {
    local process waited=0
    "$bin/train" --threads 1 --save-every 100 "${long[@]}" -o "$tmp/stopped" 2>"$tmp/errors" &
    process=$!
    until grep -qs '^300' "$tmp/stopped/log.tsv" || [ $((waited += 1)) -gt 6000 ]; do sleep 0.01; done
    kill "-$1" "$process"
    wait "$process" 2>/dev/null
}
# first_step: of those that a run with -v told last.
first_step() { awk '$1 == "step" { print $2; exit }' "$tmp/output"; }

interrupt TERM
is 'a run that is asked to stop fails' $? 1
reached=$(sed -n 's/.*state.safetensors: stopped at step \([0-9]*\) of 2000; .*/\1/p' "$tmp/errors")
is '... in one line that says where' "$(wc -l <"$tmp/errors") ${reached:+told}" '1 told'
is '... it leaves its state and its log alone' "$(names_in "$tmp/stopped")" 'log.tsv state.safetensors'
is '... the log is the beginning of the whole' "$(cat "$tmp/stopped/log.tsv")" \
    "$(head -n "$(wc -l <"$tmp/stopped/log.tsv")" "$tmp/whole/log.tsv")"
fails 1 'stopped/state.safetensors: was left by a run with other arguments or inputs' 'another seed is another run' \
    train --seed 2 "${long[@]}" -o "$tmp/stopped"
fails 1 'was left by a run with other' '... so are other sentences' \
    train "${long[@]:0:${#long[@]}-1}" "$held_out" -o "$tmp/stopped"
cp "$tmp/stopped/state.safetensors" "$tmp/state.safetensors"
edit "$tmp/state.safetensors" "$tmp/stopped/state.safetensors" '$values[0] = -3 if $name eq "scalars"'
fails 1 'state.safetensors: has no sound counts of steps' 'a state of no step is refused' \
    train "${long[@]}" -o "$tmp/stopped"
head -c 50000 "$tmp/state.safetensors" >"$tmp/stopped/state.safetensors"
fails 1 'state.safetensors: ' 'and half a state' train "${long[@]}" -o "$tmp/stopped"
cp "$tmp/state.safetensors" "$tmp/stopped/state.safetensors"
ok 'the same command, on two threads' "$bin/train" -v --threads 2 "${long[@]}" -o "$tmp/stopped"
is '... goes on from there' "$(first_step)" $(((reached / 100 + 1) * 100))
same '... and gives what the whole run gave' "$tmp/whole" "$tmp/stopped" "${lora[@]}"
is '... leaving no state' "$(names_in "$tmp/stopped")" "$(names_in "$tmp/whole")"

rm -r "$tmp/stopped"
interrupt KILL
is 'a run may also be killed' $? 137
ok '... and taken up' train -v "${long[@]}" -o "$tmp/stopped"
is '... from its last state' "$(($(first_step) >= 300))" 1
same '... to the same end' "$tmp/whole" "$tmp/stopped" "${lora[@]}"

# --- refusals

edit $batch "$tmp/beyond.safetensors" '$values[3] = 3 if $name eq "labels"'
refuses 1 'beyond.safetensors: label of sentence 3 is 3 \(expected 0 to 2\)' 'a label that the head has not' \
    "$odd" "$tmp/beyond.safetensors"
edit "$held_out" "$tmp/beyond.safetensors" '$values[5] = 2 if $name eq "labels"'
refuses 1 'beyond.safetensors: has label 2 but names only 2 classes' 'a label that the classes have not' \
    --init random --method full data/pocket "$tmp/beyond.safetensors"
refuses 1 'beyond.safetensors: label of sentence 5 is 2 \(expected 0 to 1\)' '... held out' \
    --held-out "$tmp/beyond.safetensors" data/pocket/model "$corpus"
edit "$held_out" "$tmp/beyond.safetensors" '$values[7] = 353 if $name eq "ids"'
refuses 1 'beyond.safetensors: token 7 is 353 \(the model.s vocabulary has 353\)' \
    'held-out tokens of another vocabulary' --held-out "$tmp/beyond.safetensors" data/pocket/model "$corpus"
ok 'classes in another order' "$bin/tokenize" --classes positive,negative data/pocket data/pocket/sentences.tsv \
    -o "$tmp/turned.safetensors"
refuses 1 "turned.safetensors: has the classes 'positive,negative' \(the model's are 'negative,positive'\)" '... held out' \
    --held-out "$tmp/turned.safetensors" data/pocket/model "$corpus"
edit $batch "$tmp/none.safetensors" \
    '@values = (0), @shape = (1) if $name eq "offsets"; @values = @shape = (), @shape = (0) if $name ne "offsets"'
refuses 1 'none.safetensors: holds no sentence' 'no sentences' "$odd" "$tmp/none.safetensors"
refuses 1 'absent.safetensors: cannot open: No such file' 'no tokens' "$odd" "$tmp/absent.safetensors"
refuses 1 'absent/config.json: cannot open: No such file' 'no model' "$tmp/absent" $batch

refuses 2 "no linear map that could be adapted is named 'uery'" 'targets that the model has not' \
    --targets query,uery "$odd" $batch
refuses 2 "could be adapted is named 'pooler.dense'" '... or that are trained whole' \
    --targets pooler.dense "$odd" $batch
refuses 2 "no module of the model is named 'clasifier'" 'whole modules that the model has not' \
    --whole clasifier "$odd" $batch
refuses 2 "'pre_classifier.weight' starts from random values, so --whole must name" \
    'a new head that nobody would save' --targets q_lin --whole transformer "$base" "$tmp/named.safetensors"
refuses 2 "word_embeddings.weight' starts from random values" 'an adapter of a random base' --init random "$odd" $batch

refuses 2 '--adapter needs --method lora' 'an adapter to start from, but all parameters trained' \
    --method full --adapter $training/lora/initial "$odd" $batch
refuses 2 '--half needs --method lora' 'F16, but all parameters trained' --method full --half "$odd" $batch
refuses 1 'lora_A.weight.*\[4, 35\].*\[8, 35\]' '... of another rank' --adapter $training/lora/initial "$odd" $batch
refuses 1 'initial: scales its factors by 2 \(expected alpha / rank = 4\)' '... of another scale' \
    "${start[@]}" --alpha 16 "$odd" $batch
refuses 1 'has 28 tensors \(expected the 26 of these targets and whole modules\)' '... with more in it' \
    "${start[@]}" --whole classifier "$odd" $batch
refuses 1 "has no tensor 'base_model.model.bert.embeddings" '... with less' \
    "${start[@]}" --whole pooler,classifier,embeddings "$odd" $batch
refuses 1 'absent/adapter_config.json: cannot open' '... that is not there' --adapter "$tmp/absent" "$odd" $batch

# the sum of 35 such products is no number
cp -r "$odd" "$tmp/huge"
edit "$odd/model.safetensors" "$tmp/huge/model.safetensors" '$name eq "classifier.weight" and $_ = 3e38 for @values'
refuses 1 'train: the loss or its gradient is not finite at step 1; a smaller --rate may help' \
    'a loss that is no number' "$tmp/huge" $batch
is '... nothing is left' "$(ls -A "$tmp/refused")" ''

fails 1 'absent/out: cannot make the directory: No such file' 'a folder that cannot be made' \
    train "$odd" $batch -o "$tmp/absent/out"
fails 1 'held-out.safetensors: is not a directory' 'a file in its place' train "$odd" $batch -o "$held_out"
refuses 2 "init is 'warm'" 'an unknown start' --init warm "$odd" $batch
refuses 2 "method is 'half'" 'an unknown method' --method half "$odd" $batch
refuses 2 "schedule is 'cosine'" 'an unknown schedule' --schedule cosine "$odd" $batch
fails 2 '-o OUT is missing' 'no output' train "$odd" $batch
ok '--help' train --help
is '... shows an example' "$(grep -c '^  train ' "$tmp/output")" 1

finish
