#!/usr/bin/env bash
# import.t: checkpoints in the forms in which they are found, adapters, classes, and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016 # the variables are Perl's
. "$(dirname "$0")/tap.sh"

fixtures=tests/fixtures/encoder
lora=tests/fixtures/training/lora
out=$tmp/out

# variant NAME CODE [SED [CASE]]: a checkpoint in $tmp, bert-odd's (or CASE's) tensors changed by edit-tensors.pl and
# its config.json by sed.
variant() {
    local case=$fixtures/${4:-bert-odd}
    mkdir -p "$tmp/$1"
    perl tests/edit-tensors.pl "$case/model.safetensors" "$tmp/$1/model.safetensors" "$2"
    sed -E "${3:-}" "$case/config.json" >"$tmp/$1/config.json"
    cp "$case/vocab.txt" "$tmp/$1"
}
# adapter NAME CODE [SED]: the same of the adapter.
adapter() {
    mkdir -p "$tmp/$1"
    perl tests/edit-tensors.pl $lora/initial/adapter_model.safetensors "$tmp/$1/adapter_model.safetensors" "$2"
    sed -E "${3:-}" $lora/initial/adapter_config.json >"$tmp/$1/adapter_config.json"
}
import() { rm -rf "$out" && "$bin/import-checkpoint" "$@" -o "$out"; }
# same NAME CASE TOLERANCE...: the tensors imported last are those of the fixture.
same() { ok "$1" "$bin/compare" "${@:3}" "$out/model.safetensors" "$fixtures/$2/model.safetensors"; }
# imports NAME FOLDER CASE TOLERANCE...
imports() {
    ok "$1" import "$2"
    same '... to the same parameters' "$3" "${@:4}"
}
# refuses REGEX NAME ARGUMENT...: status 1, and no folder is made.
refuses() {
    fails "${status:-1}" "^import-checkpoint: $1" "$2" import "${@:3}"
    is '... and makes no folder' "$(ls -d "$out" 2>/dev/null)" ''
}
classes() { "$bin/inspect" "$out" | sed -n 's/^# class .: //p' | xargs; }
# logits NAME TENSOR: what the model imported last says of the training sentences.
logits() {
    "$bin/forward" "$out" tests/fixtures/training/tokens.safetensors -o "$tmp/forward.safetensors"
    perl tests/edit-tensors.pl "$tmp/forward.safetensors" "$tmp/logits.safetensors" \
        '$name = $name eq "logits" ? "'"$2"'" : ""'
    # F32 leaves a few 1e-6, as in encoder.t
    ok "$1" "$bin/compare" --atol 2e-5 --tensor "$2" "$tmp/logits.safetensors" $lora/expected.safetensors
}

# --- forms of a checkpoint

imports 'a checkpoint of transformers' $fixtures/bert-odd bert-odd
is '... to a folder of four files' "$(cd "$out" && echo *)" \
    'config.json model.safetensors tokenizer_config.json vocab.txt'
is '... that transformers reads' "$("$bin/inspect" "$out" | grep -c '^# format: pt')" 1
ok '... with its vocabulary' cmp "$out/vocab.txt" $fixtures/bert-odd/vocab.txt
is '... and its classes' "$(classes)" 'sober merry angry'
mv "$out" "$tmp/first"
imports 'what was imported' "$tmp/first" bert-odd
for file in config.json tokenizer_config.json vocab.txt; do
    ok "... to the same $file" cmp "$out/$file" "$tmp/first/$file"
done

imports 'DistilBERT' $fixtures/distilbert-five distilbert-five
imports 'ELECTRA' $fixtures/electra-four electra-four
imports 'ELECTRA without a projection' $fixtures/electra-flat electra-flat
imports 'RoBERTa' $fixtures/roberta-three roberta-three
is '... to a folder of five files' "$(cd "$out" && echo *)" \
    'config.json merges.txt model.safetensors tokenizer_config.json vocab.json'
ok '... with its merges' cmp "$out/merges.txt" $fixtures/roberta-three/merges.txt
mv "$out" "$tmp/roberta"
imports 'what was imported of RoBERTa' "$tmp/roberta" roberta-three
for file in config.json tokenizer_config.json vocab.json merges.txt; do
    ok "... to the same $file" cmp "$out/$file" "$tmp/roberta/$file"
done
fails 1 "config\.json: model_type 'xlm-roberta' is not supported \(expected bert, distilbert, electra or roberta\)" \
    'XLM-RoBERTa' import "$(mkdir "$tmp/xlm" && cp $fixtures/roberta-three/* "$tmp/xlm" &&
        sed -i 's/"model_type": "roberta"/"model_type": "xlm-roberta"/' "$tmp/xlm/config.json" && echo "$tmp/xlm")"
variant old '$name =~ s/LayerNorm\.weight/LayerNorm.gamma/; $name =~ s/LayerNorm\.bias/LayerNorm.beta/'
imports 'gamma and beta' "$tmp/old" bert-odd
variant bare '$name =~ s/^bert\.//'
imports 'no prefix' "$tmp/bare" bert-odd
variant bare-distilbert '$name =~ s/^distilbert\.//' '' distilbert-five
imports 'no prefix before DistilBERT' "$tmp/bare-distilbert" distilbert-five
variant oldest '$name =~ s/^bert\.//; $name =~ s/Norm\.weight/Norm.gamma/; $name =~ s/Norm\.bias/Norm.beta/;
    if ($name eq "classifier.bias") {
        add("embeddings.position_ids", "I64", [1, 16], 0 .. 15);
        add("cls.predictions.bias", "F32", [50], (0) x 50);
        add("cls.seq_relationship.weight", "F16", [2, 35], (0) x 70);
    }'
imports 'both, with a buffer and other heads' "$tmp/oldest" bert-odd

# Each is rounded to nearest: half a unit of 53, 11 or 8 bits, and of the smallest that F16 has.
variant f64 '$dtype = "F64"'
imports 'F64' "$tmp/f64" bert-odd
variant f16 '$dtype = "F16"'
imports 'F16' "$tmp/f16" bert-odd --rtol 4.883e-4 --atol 3e-8
variant bf16 '$dtype = "BF16"'
imports 'BF16' "$tmp/bf16" bert-odd --rtol 3.907e-3
variant mixed '$dtype = $name =~ /bias/ ? "F64" : $name =~ /word/ ? "BF16" : "F32"'
imports 'several' "$tmp/mixed" bert-odd --rtol 3.907e-3
ok '... the words alone rounded' "$bin/compare" --tensor classifier.bias,classifier.weight "$out/model.safetensors" \
    $fixtures/bert-odd/model.safetensors

variant json ''
perl -MJSON::PP -ne 'chomp; $vocab{$_} = $. - 1; END { print encode_json({
    normalizer => { type => "BertNormalizer", lowercase => JSON::PP::true },
    pre_tokenizer => { type => "BertPreTokenizer" },
    model => { type => "WordPiece", unk_token => "[UNK]", vocab => \%vocab } }) }' \
    "$tmp/json/vocab.txt" >"$tmp/json/tokenizer.json"
rm "$tmp/json/vocab.txt"
imports 'tokenizer.json in place of vocab.txt' "$tmp/json" bert-odd
ok '... which is written' cmp "$out/vocab.txt" $fixtures/bert-odd/vocab.txt
mkdir "$tmp/two words"
cp "$tmp/first"/* "$tmp/two words"
imports 'a folder with a space in its name' "$tmp/two words/" bert-odd
is '... which the history tells without its path' "$(grep -ac "$tmp" "$out/model.safetensors")" 0

# --- files of PyTorch's own, and several files (make-torch.py)

torch=tests/fixtures/torch
# holds NAME: what was imported last is the tiny model, as transformers saved it.
holds() { ok "$1" "$bin/compare" "$out/model.safetensors" $torch/model/model.safetensors; }
# files NAME FILE...: a checkpoint in $tmp of the tiny model's shape, with these files of weights.
files() {
    rm -rf "${tmp:?}/$1"
    mkdir "$tmp/$1"
    cp $torch/model/config.json $torch/model/vocab.txt "${@:2}" "$tmp/$1"
}

files legacy $torch/model/pytorch_model.bin
ok 'pytorch_model.bin as before PyTorch 1.6' import "$tmp/legacy"
holds '... gives the parameters'
is '... and stands in the history' "$("$bin/inspect" --history "$out/model.safetensors" | grep -c ' checkpoint .*pytorch_model.bin')" 1
ok 'pytorch_model.bin as a zip file' import $torch/zip
holds '... gives them too'
for kind in sharded sharded-torch; do
    ok "an index and two files, $kind" import $torch/$kind
    holds '... too'
    is '... both in the history' "$("$bin/inspect" --history "$out/model.safetensors" | grep -c ' checkpoint .*-of-00002')" 2
done

index=$torch/sharded/model.safetensors.index.json
files first $torch/model/model.safetensors $torch/zip/pytorch_model.bin $index
printf 'no checkpoint' | tee "$tmp/first/pytorch_model.bin" >"$tmp/first/model.safetensors.index.json"
ok 'model.safetensors comes first' import "$tmp/first"
rm "$tmp/first/model.safetensors"
refuses '.*model\.safetensors\.index\.json: is not JSON' 'then its index' "$tmp/first"
rm "$tmp/first/model.safetensors.index.json"
refuses '.*pytorch_model\.bin: is not a file that PyTorch saved' 'then pytorch_model.bin' "$tmp/first"
rm "$tmp/first/pytorch_model.bin"
echo '{}' >"$tmp/first/pytorch_model.bin.index.json"
refuses ".*pytorch_model\.bin\.index\.json: has no 'weight_map'" 'then the index of such' "$tmp/first"
rm "$tmp/first/pytorch_model.bin.index.json"
refuses '.*first/model\.safetensors: cannot be found, nor .*index\.json, pytorch_model\.bin or' 'then nothing' "$tmp/first"

# indexed SED: the checkpoint of several files, with its index changed.
indexed() {
    files indexed $torch/sharded/*.safetensors
    sed -E "$1" $index >"$tmp/indexed/${index##*/}"
}
two=model-00002-of-00002.safetensors
for name in ../legacy/pytorch_model.bin /etc/passwd sub/$two .. . '' .$two; do
    indexed "s|(\"classifier.bias\": \").*\"|\1$name\"|"
    refuses ".*index\.json: tensor 'classifier\.bias' is in '${name//./\\.}', which is no name of a file in" \
        "an index that points to '$name'" "$tmp/indexed"
done
indexed 's|("classifier.bias": ).*"|\17|'
refuses ".*index\.json: tensor 'classifier\.bias' is in '', which is no name" 'to a number' "$tmp/indexed"
indexed 's|("classifier.bias": ").*"|\1absent.safetensors"|'
refuses '.*indexed/absent\.safetensors: cannot open' 'to a file that is not there' "$tmp/indexed"
indexed 's|("classifier.bias": "model-)00002|\100001|'
refuses ".*index\.json: tensor 'classifier\.bias' is not in model-00001-of-00002" 'to the other file' "$tmp/indexed"
indexed 's|"classifier.bias"|"classifier.bies"|'
refuses ".*index\.json: tensor 'classifier\.bies' is not in" 'a tensor that no file has' "$tmp/indexed"
indexed '/"classifier.bias"/d'
refuses ".*index\.json: does not say that tensor 'classifier\.bias' is in $two" 'a tensor that the index has not' \
    "$tmp/indexed"
indexed 's|"weight_map": \{|"weight_map": {}, "other": {|'
refuses ".*index\.json: has no 'weight_map'" 'an empty index' "$tmp/indexed"

files wrong $torch/model/pytorch_model.bin
sed -i 's/"num_hidden_layers": 2/"num_hidden_layers": 3/' "$tmp/wrong/config.json"
refuses ".*pytorch_model\.bin: has no tensor 'bert\.encoder\.layer\.2\.attention\.self\.query\.weight'" \
    'a layer that is not there' "$tmp/wrong"
files wrong $torch/zip/pytorch_model.bin
sed -i 's/"vocab_size": 12/"vocab_size": 13/' "$tmp/wrong/config.json"
refuses ".*pytorch_model\.bin: tensor '.*word_embeddings\.weight' has shape \[12, 8\] where \[13, 8\]" 'another shape' \
    "$tmp/wrong"
files wrong
printf '\x80\x02cposix\nsystem\nX\x04\0\0\0true\x85R.' >"$tmp/pickle"
{ head -c 15 $torch/model/pytorch_model.bin; printf '\x80\x02M\xe9\x03.\x80\x02}X\x0d\0\0\0little_endian\x88s.'
    cat "$tmp/pickle"; } >"$tmp/wrong/pytorch_model.bin"
refuses ".*pytorch_model\.bin: the pickle names 'posix\.system', which is not allowed" 'a pickle that would run a command' \
    "$tmp/wrong"

# --- layers repeated

# repeated CASE: the case's tensors, layer N as 2N and 2N+1.
repeated() {
    perl tests/edit-tensors.pl "$fixtures/$1/model.safetensors" "$tmp/repeated.safetensors" \
        'if ($name =~ /layer\.(\d+)/) {
            my ($first, $second, $copy) = (2 * $1, 2 * $1 + 1, $name);
            $copy =~ s/layer\.\d+/layer.$second/;
            $name =~ s/layer\.\d+/layer.$first/;
            add($copy, $dtype, \@shape, @values);
        }'
}
repeated bert-odd
ok 'layers are repeated' import --repeat-layers 2 $fixtures/bert-odd
ok '... each copy after its original' "$bin/compare" "$out/model.safetensors" "$tmp/repeated.safetensors"
is '... config.json tells as many' "$(grep -c '"num_hidden_layers": 4' "$out/config.json")" 1
ok '... the model runs' "$bin/forward" "$out" tests/fixtures/training/tokens.safetensors -o "$tmp/forward.safetensors"
ok '... an adapter is of the layers as repeated' import --repeat-layers 2 --adapter $lora/initial $fixtures/bert-odd
for layer in 0 1 2 3; do
    name=bert.encoder.layer.$layer.attention.self.query.weight
    "$bin/compare" --tensor $name "$out/model.safetensors" "$tmp/repeated.safetensors" >"$tmp/output" 2>&1
    is "... layer $layer" $? $((layer < 2 ? 3 : 0))
done
repeated distilbert-five
ok "DistilBERT's" import --repeat-layers 2 $fixtures/distilbert-five
ok '... too' "$bin/compare" "$out/model.safetensors" "$tmp/repeated.safetensors"
variant headless '$name =~ s/^bert\.//; $name = "" if $name =~ /^classifier/' \
    's/BertForSequenceClassification/BertModel/'
ok 'an encoder without a head' import --repeat-layers 3 "$tmp/headless"
is '... has none' "$(grep -c BertModel "$out/config.json") $(grep -c '"num_hidden_layers": 6' "$out/config.json")" '1 1'
status=2
refuses "--repeat-layers: '0' is not a number from 1" 'no layer at all' --repeat-layers 0 $fixtures/bert-odd
status=1

# --- adapters

ok 'an adapter' import --adapter $lora/initial $fixtures/bert-odd
logits "... gives PEFT's logits" logits
logits "... and those of its own merged model" logits_merged
is '... under the names of the checkpoint' "$(classes)" 'sober merry angry'
is '... and stands in the history' "$("$bin/inspect" --history "$out/model.safetensors" | grep -c adapter_model)" 1
ok 'a trained adapter' import --adapter $lora/after $fixtures/bert-odd
logits "... gives PEFT's logits" logits_after

variant encoder '$name =~ s/^bert\.//; $name = "" if $name =~ /^(classifier|pooler)/' \
    's/BertForSequenceClassification/BertModel/'
ok 'an adapter gives an encoder its head' import --adapter $lora/initial "$tmp/encoder"
logits '... and its pooler' logits
is '... the classes are numbered' "$(classes)" 'LABEL_0 LABEL_1 LABEL_2'
ok '--classes names them' import --classes a,b,c --adapter $lora/initial "$tmp/encoder"
is '... in order' "$(classes)" 'a b c'
variant five '@values = (0) x ($shape[0] = 5) if $name eq "classifier.bias";
    @values = (0) x (35 * ($shape[0] = 5)) if $name eq "classifier.weight"' 's/("0": "sober",)/\1 "3": "x", "4": "y",/'
ok 'an adapter with a head of other classes' import --adapter $lora/initial "$tmp/five"
logits '... replaces the head' logits
is '... and the classes' "$(classes)" 'LABEL_0 LABEL_1 LABEL_2'

adapter rslora '' 's/"use_rslora": false/"use_rslora": true/; s/"lora_alpha": 8/"lora_alpha": 4/'
ok 'rank-stabilized scale' import --adapter "$tmp/rslora" $fixtures/bert-odd
logits '... is alpha / sqrt(rank)' logits
is '... from a path that is not told' "$(grep -ac "$tmp" "$out/model.safetensors")" 0

adapter half '$dtype = "F16"'
ok 'an adapter in F16' import --adapter "$tmp/half" $fixtures/bert-odd

refuses_adapter() { refuses "$1" "$2" --adapter "$tmp/$3" $fixtures/bert-odd; }
refuses_adapter '.*/none/adapter_model\.safetensors: cannot open' 'no adapter' none
adapter wrong ''
rm "$tmp/wrong/adapter_config.json"
refuses_adapter '.*adapter_config\.json: cannot open' 'an adapter without its configuration' wrong
adapter wrong '' 's/"LORA"/"IA3"/'
refuses_adapter '.*adapter_config\.json: peft_type is IA3 \(expected LORA\)' 'another kind of adapter' wrong
for key in use_dora fan_in_fan_out; do
    adapter wrong '' "s/\"$key\": false/\"$key\": true/"
    refuses_adapter ".*adapter_config\.json: '$key' is not supported" "$key" wrong
done
for key in rank_pattern alpha_pattern; do
    adapter wrong '' "s/\"$key\": \{\}/\"$key\": {\"query\": 8}/"
    refuses_adapter ".*adapter_config\.json: '$key' is not supported" "a $key" wrong
done
adapter wrong '' 's/"r": 4/"r": 8/'
refuses_adapter '.*lora_A\.weight.* has shape \[4, 35\] where \[8, 35\] was expected' 'another rank' wrong
adapter wrong '' 's/"r": 4/"r": 0/'
refuses_adapter ".*adapter_config\.json: 'r' is not a whole number from 1" 'rank 0' wrong
adapter wrong '' 's/"lora_alpha": 8/"lora_alpha": "8"/'
refuses_adapter ".*adapter_config\.json: 'lora_alpha' is not a number" 'alpha in quotes' wrong
adapter wrong '$name = "" if $name =~ /layer\.0.*query\.lora_B/'
refuses_adapter ".*adapter_model\.safetensors: adapts '.*layer\.0.*query' by one factor alone" 'one factor' wrong
adapter wrong '$name =~ s/layer\.1/layer.7/'
refuses_adapter ".*adapts '.*layer\.7.*', which is no linear map of the model" 'a layer too many' wrong
adapter wrong '$name =~ s/^base_model\.model\.bert\.pooler/base_model.model.bert.cooler/'
refuses_adapter ".*'base_model\.model\.bert\.cooler\.dense\.bias' belongs to nothing" 'another module' wrong
adapter wrong '$values[2] = "nan" if $name =~ /layer\.1.*value\.lora_A/'
refuses_adapter ".*wrong: tensor 'bert.*layer\.1.*value\.weight': element 2 is not finite" 'NaN' wrong

# --- classes

ok '--classes renames' import --classes bad,good,'so so' $fixtures/bert-odd
is '... in order' "$(classes)" 'bad good so so'
same '... and changes no parameter' bert-odd
ok 'a comma at the end' import --classes a,b,c, $fixtures/bert-odd
is '... begins no other name' "$(classes)" 'a b c'
status=2
refuses '--classes names 2 classes where the model has 3' 'too few classes' --classes a,b $fixtures/bert-odd
refuses "class 'a' is named twice" 'a class named twice' --classes a,b,a $fixtures/bert-odd
refuses '--classes: the checkpoint has no classification head' 'classes of an encoder' --classes a,b "$tmp/encoder"
status=1

# --- refusals

variant wrong '$name = "" if $name eq "bert.encoder.layer.1.output.dense.bias"'
refuses ".*model\.safetensors: has no tensor 'bert\.encoder\.layer\.1\.output\.dense\.bias'" 'a missing tensor' \
    "$tmp/wrong"
variant wrong '$name = "" if $name =~ /classifier/'
refuses ".*has no tensor 'classifier\.weight'" 'a classifier without its head' "$tmp/wrong"
variant wrong '' 's/("0": "sober",)/\1 "3": "more",/'
refuses ".*tensor 'classifier\.weight' has shape \[3, 35\] where \[4, 35\] was expected" 'more classes than logits' \
    "$tmp/wrong"
variant wrong '' 's/"vocab_size": 50/"vocab_size": 51/'
refuses ".*word_embeddings\.weight' has shape \[50, 35\] where \[51, 35\]" 'fewer rows than words' "$tmp/wrong"
variant wrong '' 's/"vocab_size": 50/"vocab_size": 16777216/'
refuses ".*has shape \[50, 35\] where \[16777216, 35\]" 'words for which there would be no memory' "$tmp/wrong"
variant wrong '@shape = reverse @shape if $name =~ /layer\.0\.intermediate\.dense\.weight/'
refuses ".*intermediate\.dense\.weight' has shape \[35, 61\] where \[61, 35\]" 'a transposed weight' "$tmp/wrong"
variant wrong '@shape = (@shape, 1) if $name =~ /pooler\.dense\.bias/'
refuses ".*pooler\.dense\.bias' has shape \[35, 1\] where \[35\]" 'another rank' "$tmp/wrong"
variant wrong '$values[40] = "nan" if $name =~ /layer\.1.*key\.weight/'
refuses ".*model\.safetensors: tensor '.*layer\.1.*key\.weight': element 40 is not finite" 'NaN' "$tmp/wrong"
variant wrong '$values[0] = "-inf" if $name eq "classifier.bias"'
refuses ".*'classifier\.bias': element 0 is not finite" 'infinity' "$tmp/wrong"
variant wrong '($dtype, $values[1]) = ("F64", 1e39) if $name eq "classifier.bias"'
refuses ".*'classifier\.bias': element 1 is too large \(1e\+39\)" 'more than F32 holds' "$tmp/wrong"
variant wrong '$dtype = "I32" if $name eq "classifier.bias"'
refuses ".*'classifier\.bias' is I32 where floating-point" 'integers' "$tmp/wrong"
variant wrong '' 's/"bert"/"albert"/'
refuses ".*config\.json: model_type 'albert' is not supported" 'another model_type' "$tmp/wrong"
variant wrong '' 's/"gelu"/"gelu_new"/'
refuses ".*config\.json: 'hidden_act' is gelu_new, which is not supported" 'another activation' "$tmp/wrong"
variant wrong ''
rm "$tmp/wrong/vocab.txt"
refuses '.*wrong.*vocab\.txt|tokenizer\.json' 'no vocabulary' "$tmp/wrong"
variant wrong ''
printf 'word%s\n' 1 2 >>"$tmp/wrong/vocab.txt"
refuses '.*vocab\.txt: ' 'more words than rows' "$tmp/wrong"

ok 'a folder that holds a model' import $fixtures/bert-odd
find "$out" -type f -exec md5sum {} + | sort >"$tmp/before"
variant wrong '$values[0] = "nan" if $name eq "classifier.bias"'
fails 1 'not finite' '... and another that cannot be imported' "$bin/import-checkpoint" "$tmp/wrong" -o "$out"
is '... leaves it as it was' "$(find "$out" -type f -exec md5sum {} + | sort)" "$(cat "$tmp/before")"

finish
