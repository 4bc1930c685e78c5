#!/usr/bin/env bash
# tokenize.t: the ids of the reference tokenizer, the choice of classes, and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

fixture=tests/fixtures/tokens
out=$tmp/out.safetensors
sentences=$tmp/sentences.tsv
printf 'sentence\tlabel\nA goal!\tSports\nTalks fail.\tWorld\nShares fall.\tBusiness\nA draw.\t1\n' >"$sentences"

# model NAME [CLASS...]: a folder with a config.json, in $tmp, and the fixture's vocabulary.
model() {
    local folder=$tmp/$1 labels='' head=BertModel i=0
    shift
    for class; do
        labels="$labels${labels:+, }\"$i\": \"$class\""
        head=BertForSequenceClassification
        i=$((i + 1))
    done
    mkdir -p "$folder"
    cat >"$folder/config.json" <<END
{"model_type": "bert", "architectures": ["$head"], "id2label": {$labels}, "num_hidden_layers": 1,
"num_attention_heads": 1, "hidden_size": 4, "intermediate_size": 4, "vocab_size": ${rows:-5000},
"max_position_embeddings": ${positions:-512}, "type_vocab_size": 2}
END
    cp $fixture/vocab.txt "$folder"
}
# json FOLDER [MODEL_TYPE [LOWER_CASE [FIRST_ID]]]: its vocabulary as tokenizer.json instead of vocab.txt.
json() {
    sed 's/[\"]/\\&/g' "$1/vocab.txt" | awk -v type="${2:-WordPiece}" -v lower="${3:-true}" -v id="${4:-0}" '
        BEGIN {
            printf "{\"normalizer\": {\"type\": \"BertNormalizer\", \"strip_accents\": null, "
            printf "\"lowercase\": %s}, ", lower
            printf "\"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"}, "
            printf "\"model\": {\"type\": \"%s\", \"unk_token\": \"[UNK]\", \"vocab\": {", type
        }
        { printf "%s\"%s\": %d", (NR > 1 ? ", " : ""), $0, id++ }
        END { print "}}}" }' >"$1/tokenizer.json"
    rm "$1/vocab.txt"
}
tokenize() { "$bin/tokenize" "$@" -o "$out"; }
# tsv LINE...: a file of sentences, printf escapes allowed.
tsv() {
    printf '%b\n' "$@" >"$tmp/lines.tsv"
    echo "$tmp/lines.tsv"
}
header() { tail -c +9 "$1" | head -c "$(od -A n -t u8 -N 8 "$1")"; }
# tensor FILE NAME: the tensor's bytes, as numbers.
tensor() {
    local begin end length
    length=$(od -A n -t u8 -N 8 "$1")
    read -r begin end <<<"$(header "$1" |
        sed -E "s/.*\"$2\":\{[^}]*\"data_offsets\":\[([0-9]+),([0-9]+)\].*/\1 \2/")"
    tail -c +$((9 + length + begin)) "$1" | head -c $((end - begin)) | od -A n -v -t "${3:-d4}" -w4096
}
# same NAME TENSOR REFERENCE_TENSOR: what was written last is what the fixture holds.
same() { is "$1" "$(tensor "$out" "$2" | md5sum)" "$(tensor $fixture/expected.safetensors "$3" | md5sum)"; }
labels() { tensor "$out" labels | xargs; }
classes() { header "$out" | sed -E 's/.*"classes":"([^"]*)".*/\1/'; }

model encoder
model agnews World Sports Business Sci/Tech
model two Sports World

# --- the reference tokenizer

ok 'awkward sentences are tokenized' tokenize "$tmp/encoder" $fixture/awkward.tsv
same '... to the ids of the reference' ids ids
same '... sentence by sentence' offsets offsets
same '... with their labels' labels labels
is '... and numbered classes' "$(classes)" LABEL_0,LABEL_1
cp "$out" "$tmp/first.safetensors"
ok 'a second run, with two threads' tokenize --threads 2 "$tmp/encoder" $fixture/awkward.tsv
ok '... writes the same bytes' cmp "$out" "$tmp/first.safetensors"
ok 'long sentences are cut' tokenize --max-length 64 "$tmp/encoder" $fixture/awkward.tsv
same '... to the ids of the reference' ids ids_64
same '... sentence by sentence' offsets offsets_64
positions=64 model short
ok 'a model with few positions cuts them' tokenize "$tmp/short" $fixture/awkward.tsv
same '... in the same way' ids ids_64
model json
json "$tmp/json"
ok 'tokenizer.json serves without vocab.txt' tokenize "$tmp/json" $fixture/awkward.tsv
same '... as well' ids ids
is '... and stands in the history' "$(header "$out" | grep -c 'tokenizer\.json')" 1

# --- tables

{ printf '\xef\xbb\xbf# a remark\r\n\r\nlabel\tsource\tsentence\r\n'
  awk -F '\t' 'NR > 1 { printf "%s\tx\t%s\r\n", $2, $1 }' $fixture/awkward.tsv; } >"$tmp/dos.tsv"
ok 'DOS lines, a byte order mark and any order of columns' tokenize "$tmp/encoder" "$tmp/dos.tsv"
same '... change nothing' ids ids
sed '1s/.*/content\tpolarity/' $fixture/awkward.tsv >"$tmp/named.tsv"
ok 'other names of columns' \
    tokenize --sentence-column content --label-column polarity "$tmp/encoder" "$tmp/named.tsv"
same '... change nothing' ids ids
ok 'an empty sentence' tokenize "$tmp/encoder" "$(tsv 'sentence\tlabel' '\t0')"
is '... has two tokens' "$(tensor "$out" offsets d8 | xargs)" '0 2'

# --- classes

ok 'names and indices' tokenize "$tmp/agnews" "$sentences"
is '... follow id2label' "$(labels)" '1 0 2 1'
is '... which the file names' "$(classes)" World,Sports,Business,Sci/Tech
is 'a class without sentences is told' "$(cat "$tmp/output")" \
    "tokenize: $sentences: has no sentence of class Sci/Tech"
ok '--classes selects and orders' tokenize -v --classes Sports,World "$tmp/agnews" "$sentences"
is '... with an index of the model meant as such' "$(labels)" '0 1 0'
is '... names them' "$(classes)" Sports,World
is '... and counts the rest' "$(grep -c 'skipped 1 of other classes' "$tmp/output")" 1
ok 'an encoder takes the classes given' tokenize --classes World,Sports "$tmp/encoder" "$sentences"
is '... and indices into them' "$(labels)" '1 0 1'
ok 'a model of fewer classes, the others skipped' tokenize --classes Sports,World "$tmp/two" "$sentences"
is '... keeps its own' "$(labels)" '0 1 1'

ok 'classes in twos' tokenize -v --classes Sci/Tech+Sports,Business+World "$tmp/agnews" "$sentences"
is '... keep every sentence in its place' "$(labels)" '0 1 1 0'
is '... and join the names' "$(classes)" Sci/Tech+Sports,Business+World
ok 'a pair, the others skipped' tokenize -v --classes World+Sports,Arts "$tmp/encoder" "$sentences"
is '... with an index into the pairs' "$(labels)" '0 0 1'
is '... and a count of the rest' "$(grep -c 'skipped 1 of other classes' "$tmp/output")" 1
printf 'sentence\tlabel\nA\tR+D\nB\tR\nC\tD\nD\tC++\nE\tC\n' >"$tmp/plus.tsv"
ok 'a name that has a + of its own' tokenize --classes R+D,C++ "$tmp/encoder" "$tmp/plus.tsv"
is '... is that name, and the others parts of it' "$(labels)" '0 0 0 1 1'
ok '... beside one of its parts' tokenize --classes R+D,R,C++,C "$tmp/encoder" "$tmp/plus.tsv"
is '... is only what is no class itself' "$(labels)" '0 1 0 2 3'
model pairs World+Sports Business+Sci/Tech
ok 'a model of joined classes' tokenize "$tmp/pairs" "$sentences"
is '... takes single labels, and indices of its own' "$(labels)" '0 0 1 1'

# --- refusals

rm "$out"
top='sentence\tlabel'
refuses() { fails 1 "^tokenize: $1" "$2" tokenize "${@:3}"; }
fails 2 'usage|expected MODEL' 'a file is missing on the command line' tokenize "$tmp/encoder"
fails 2 'classes: not UTF-8' 'a class that is not UTF-8' tokenize --classes $'World,\xff' "$tmp/encoder" "$sentences"
fails 2 '512 positions' 'more tokens than positions' tokenize --max-length 513 "$tmp/encoder" "$sentences"
fails 2 'from 3 to' 'too few tokens to hold a piece' tokenize --max-length 2 "$tmp/encoder" "$sentences"
fails 2 "'World' is named twice" 'a class named twice' tokenize --classes World,World "$tmp/encoder" "$sentences"
refuses "--classes: class 1 is named ''" 'a class without a name' --classes World,,Sports "$tmp/encoder" "$sentences"
refuses '.*none\.tsv: cannot open' 'no sentences' "$tmp/encoder" "$tmp/none.tsv"
refuses '.*none/config\.json: cannot open' 'no model' "$tmp/none" "$sentences"
refuses '/dev/null: is empty' 'an empty file' "$tmp/encoder" /dev/null
refuses '.*lines\.tsv: holds no sentence' 'a header alone' "$tmp/encoder" "$(tsv "$top")"
refuses ".*lines\.tsv: has no column 'label'" 'no labels' "$tmp/encoder" "$(tsv 'sentence' 'a')"
refuses '.*lines\.tsv: line 3: the sentence is not UTF-8' 'Latin-1' \
    "$tmp/encoder" "$(tsv "$top" 'fine\t0' 'caf\xe9\t1')"
refuses ".*lines\.tsv: line 2: label '2' is no class of Sports,World and no index from 0 to 1" 'an index out of range' \
    "$tmp/two" "$(tsv "$top" 'a\t2')"
refuses ".*line 2: label '2' is no class of World" '... with --classes too' \
    --classes World "$tmp/two" "$(tsv "$top" 'a\t2')"
refuses ".*line 3: label 'Politics' is no class" 'an unknown class' "$tmp/two" "$(tsv "$top" 'a\t1' 'b\tPolitics')"
refuses ".*line 2: label '' is no class" 'an empty label' --classes World "$tmp/two" "$(tsv "$top" 'a\t')"
refuses ".*line 2: label 'World' is not an index" 'names without --classes, for an encoder' \
    "$tmp/encoder" "$(tsv "$top" 'a\tWorld')"
refuses ".*line 2: label '-1' is not an index" 'a negative label' "$tmp/encoder" "$(tsv "$top" 'a\t-1')"
refuses '.*has no sentence of class Arts \(4 of others\)' 'no sentence of the classes' \
    --classes Arts "$tmp/agnews" "$sentences"
refuses ".*line 3: label 'World' is part of two classes, 'World\+Sports' and 'Arts\+World'" 'a label of two classes' \
    --classes World+Sports,Arts+World "$tmp/encoder" "$sentences"
refuses ".*line 2: label 'Sport' is no class" 'the beginning of a part' \
    "$tmp/pairs" "$(tsv "$top" 'a\tSport')"
refuses ".*line 2: label '' is no class" 'an empty label and an empty part' --classes World+,Sports "$tmp/encoder" \
    "$(tsv "$top" 'a\t')"
model comma 'World, abroad' Sports
refuses "config\.json: class 0 is named 'World, abroad'" 'a comma in a class name' "$tmp/comma" "$sentences"

# --- refused vocabularies

# broken NAME REGEX SED_SCRIPT: a fault in vocab.txt.
broken() {
    sed "$3" $fixture/vocab.txt >"$tmp/encoder/vocab.txt"
    refuses ".*vocab\.txt: $2" "$1" "$tmp/encoder" $fixture/awkward.tsv
}
broken 'no [UNK]' 'has no piece \[UNK\]' '/^\[UNK\]$/d'
broken 'no [CLS]' 'has no piece \[CLS\]' '/^\[CLS\]$/d'
broken 'no [SEP]' 'has no piece \[SEP\]' '/^\[SEP\]$/d'
broken 'a piece that stands twice' "piece '\[PAD\]' stands there twice, as number 0 and 7" '8s/.*/[PAD]/'
broken 'an empty line' 'piece 7 \(from 0\) is empty' '8s/.*//'
broken 'a piece in Latin-1' 'piece 7 \(from 0\) is empty, not UTF-8' '8s/.*/\xe9/'
broken 'a NUL byte' 'holds a NUL byte' '8s/.*/\x00/'
broken 'nothing in it' 'has no piece \[UNK\]' d
rows=100 model small
refuses '.*vocab\.txt: has [0-9]+ pieces \(at most 100' 'more pieces than the embedding has rows' \
    "$tmp/small" $fixture/awkward.tsv
rm "$tmp/small/vocab.txt"
refuses '.*small: has neither vocab\.txt nor tokenizer\.json' 'no vocabulary' "$tmp/small" $fixture/awkward.tsv

# refuses_json NAME REGEX [MODEL_TYPE [LOWER_CASE [FIRST_ID]]]: as the function json.
refuses_json() {
    model json
    json "$tmp/json" "${@:3}"
    refuses ".*tokenizer\.json: $2" "$1" "$tmp/json" $fixture/awkward.tsv
}
refuses_json 'a tokenizer of another type' 'model\.type is BPE, .* \(expected WordPiece\)' BPE
refuses_json 'ids that do not begin at 0' "the id of piece '.*' is not a number of its own from 0" WordPiece true 1
# tokenizer_json NAME REGEX TEXT: a whole tokenizer.json.
tokenizer_json() {
    printf '%s\n' "$3" >"$tmp/json/tokenizer.json"
    refuses ".*tokenizer\.json: $2" "$1" "$tmp/json" $fixture/awkward.tsv
}
tokenizer_json 'no JSON' 'is not JSON' '{'
tokenizer_json 'a piece that JSON holds twice' 'is not JSON: duplicate' '{"model": {"a": 0, "a": 1}}'
tokenizer_json 'no model' 'model\.type is missing' '{}'
good='"normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"}'
tokenizer_json 'a vocabulary that is a list' 'the vocabulary is not an object' \
    "{$good, \"model\": {\"type\": \"WordPiece\", \"vocab\": []}}"
tokenizer_json 'the same id twice' "the id of piece 'b'" \
    "{$good, \"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\": 0, \"b\": 0}}}"
tokenizer_json 'a line end in a piece' 'piece 0 \(from 0\) is empty, not UTF-8 or holds a line end' \
    "{$good, \"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\\nb\": 0}}}"
tokenizer_json 'longer words' "'max_input_chars_per_word' is 200" \
    "{$good, \"model\": {\"type\": \"WordPiece\", \"max_input_chars_per_word\": 200, \"vocab\": {}}}"
tokenizer_json 'another normalizer' 'normalizer\.type is Sequence' \
    '{"model": {"type": "WordPiece", "vocab": {}}, "normalizer": {"type": "Sequence"}}'
tokenizer_json 'added words' "added token 'covid' is not supported" \
    "{$good, \"model\": {\"type\": \"WordPiece\", \"vocab\": {}}, \"added_tokens\": [{\"content\": \"covid\", \"special\": false}]}"

# refuses_config NAME REGEX TEXT: a tokenizer_config.json.
refuses_config() {
    printf '%s\n' "$3" >"$tmp/two/tokenizer_config.json"
    refuses ".*tokenizer_config\.json: $2" "$1" "$tmp/two" $fixture/awkward.tsv
}
refuses_config 'a case of its own' "'do_lower_case' is neither true nor false" '{"do_lower_case": "turkish"}'
refuses_config 'accents in numbers' "'strip_accents' is neither true nor false" '{"strip_accents": 1}'
refuses_config 'words of its own' "'do_basic_tokenize' is false, which is not supported" '{"do_basic_tokenize": false}'
refuses_config 'words cut off in front' "'truncation_side' is \"left\"" '{"truncation_side": "left"}'
refuses_config 'added words there' "added token 'covid'" \
    '{"added_tokens_decoder": {"9": {"content": "covid", "special": false}}}'
is 'no refusal left an output' "$(find "$tmp" -name 'out.safetensors*')" ''

printf '{"do_lower_case": true, "strip_accents": null, "model_max_length": 512}' >"$tmp/two/tokenizer_config.json"
ok 'the uncased default is fine' tokenize "$tmp/two" $fixture/awkward.tsv
same '... and changes nothing' ids ids

# --- cased, accented and byte-level vocabularies, over more sentences

more=tests/fixtures/tokens/more.tsv
# variant NAME VARIANT FOLDER OPTION...: the fixture's ids of that name.
variant() {
    ok "$1" tokenize "${@:4}" "$3" $more
    same '... to the ids of the reference' ids "ids_$2"
    same '... sentence by sentence' offsets "offsets_$2"
}
# setting FOLDER TEXT: its tokenizer_config.json.
setting() { printf '%s\n' "$2" >"$1/tokenizer_config.json"; }

fixture=tests/fixtures/tokens/cased
model cased
setting "$tmp/cased" '{"do_lower_case": false}'
variant 'a cased vocabulary' cased "$tmp/cased"
setting "$tmp/cased" '{"do_lower_case": false, "strip_accents": true}'
variant 'cased without accents' stripped "$tmp/cased"
setting "$tmp/cased" '{"do_lower_case": true, "strip_accents": false}'
variant 'uncased with accents' accents "$tmp/cased"
setting "$tmp/cased" '{"do_lower_case": false, "tokenize_chinese_chars": false}'
variant 'cased with Chinese words whole' together "$tmp/cased"
setting "$tmp/cased" '{}'
variant 'uncased where nothing is said' uncased "$tmp/cased"
json "$tmp/cased" WordPiece false
variant 'cased as tokenizer.json says' cased "$tmp/cased"
cp $fixture/vocab.txt "$tmp/cased"
variant '... also beside vocab.txt' cased "$tmp/cased"
setting "$tmp/cased" '{"do_lower_case": true}'
variant '... unless tokenizer_config.json says else' uncased "$tmp/cased"

fixture=tests/fixtures/tokens/byte-bpe
# roberta NAME FILE...: a folder with a config.json and these files alone.
roberta() {
    rm -rf "${tmp:?}/$1"
    mkdir "$tmp/$1"
    cp "${@:2}" "$tmp/$1"
    cat >"$tmp/$1/config.json" <<END
{"model_type": "roberta", "architectures": ["RobertaModel"], "num_hidden_layers": 1, "num_attention_heads": 1,
"hidden_size": 4, "intermediate_size": 4, "vocab_size": ${rows:-5000}, "max_position_embeddings": 4002,
"type_vocab_size": 1}
END
}
roberta bpe $fixture/vocab.json $fixture/merges.txt
variant 'byte-level BPE' plain "$tmp/bpe" --max-length 4000
variant '... cut' 64 "$tmp/bpe" --max-length 64
setting "$tmp/bpe" '{"add_prefix_space": true}'
variant '... with a space put before' prefix "$tmp/bpe" --max-length 4000
fails 2 '4000 positions' 'positions behind the padding alone' tokenize --max-length 4001 "$tmp/bpe" $more
roberta whole $fixture/whole/tokenizer.json
variant 'tokenizer.json of transformers' prefix "$tmp/whole" --max-length 4000
setting "$tmp/whole" '{"add_prefix_space": false}'
variant '... unless tokenizer_config.json says else' plain "$tmp/whole" --max-length 4000
roberta whole $fixture/whole/tokenizer.json
perl -MJSON::PP -0ne '$json = decode_json($_); $_ = "@$_" for @{ $json->{model}{merges} }; print encode_json($json)' \
    $fixture/whole/tokenizer.json >"$tmp/whole/tokenizer.json"
variant '... with merges as texts' prefix "$tmp/whole" --max-length 4000
printf 'sentence\tlabel\n\t0\n' >"$tmp/empty.tsv"
ok 'an empty sentence' tokenize "$tmp/bpe" "$tmp/empty.tsv"
is '... has two tokens' "$(tensor "$out" ids | xargs)" '0 2'
rm "$out"

# bpe_broken NAME REGEX FILE SED_SCRIPT: a fault in one of the two files.
bpe_broken() {
    roberta bpe $fixture/vocab.json $fixture/merges.txt
    sed -E "$4" "$fixture/$3" >"$tmp/bpe/$3"
    refuses ".*$2" "$1" "$tmp/bpe" $more
}
bpe_broken 'a byte without a piece' "vocab\.json: has no piece '!'" vocab.json 's/"!":/"!!!!":/'
bpe_broken 'no beginning' "vocab\.json: has no piece '<s>'" vocab.json 's/"<s>":/"<S>":/'
bpe_broken 'an id that stands twice' "vocab\.json: the id of piece" vocab.json 's/"<pad>": 1/"<pad>": 0/'
bpe_broken 'a list of pieces' 'vocab\.json: is not a JSON object' vocab.json 's/.*/[]/'
bpe_broken 'a merge of three' "merges\.txt: merge 3 is 'a b c'" merges.txt '4s/.*/a b c/'
bpe_broken 'a merge of one' "merges\.txt: merge 3 is 'ab'" merges.txt '4s/.*/ab/'
bpe_broken 'a merge that no piece is' 'merges\.txt: merge 3, .q q.: not all of' merges.txt '4s/.*/q q/'
bpe_broken 'a merge that stands twice' 'merges\.txt: merge .* stands there twice' merges.txt '3{p;}'
bpe_broken 'a NUL byte' 'merges\.txt: holds a NUL byte' merges.txt '3s/.*/\x00/'
rows=300 roberta bpe $fixture/vocab.json $fixture/merges.txt
refuses '.*vocab\.json: has [0-9]+ pieces \(at most 300' 'more pieces than rows' "$tmp/bpe" $more
roberta bpe $fixture/vocab.json
refuses '.*bpe: has neither vocab\.json with merges\.txt nor tokenizer\.json' 'no merges' "$tmp/bpe" $more
# whole_broken NAME REGEX SED_SCRIPT: a fault in tokenizer.json.
whole_broken() {
    roberta whole $fixture/whole/tokenizer.json
    sed -E "$3" $fixture/whole/tokenizer.json >"$tmp/whole/tokenizer.json"
    refuses ".*tokenizer\.json: $2" "$1" "$tmp/whole" $more
}
whole_broken 'WordPiece for RoBERTa' 'model\.type is WordPiece, which is not supported \(expected BPE\)' \
    's/"type": "BPE"/"type": "WordPiece"/'
whole_broken 'pieces of characters' 'pre_tokenizer\.type is Metaspace' 's/"type": "ByteLevel"/"type": "Metaspace"/'
whole_broken 'random merges' "'dropout' is 0.1" 's/"dropout": null/"dropout": 0.1/'
whole_broken 'endings marked' "'end_of_word_suffix' is \"x\"" 's/"end_of_word_suffix": ""/"end_of_word_suffix": "x"/'
whole_broken 'words whole' "'ignore_merges' is true" 's/"ignore_merges": false/"ignore_merges": true/'
whole_broken 'another text' "'normalizer' is \{" 's/"normalizer": null/"normalizer": {"type": "NFC"}/'
whole_broken 'a merge with a space' 'merge 1 holds a space or line end' 's/"merges": \[/"merges": [["a b", "c"],/'
whole_broken 'a merge that is a number' 'merge 1 is neither a text nor two pieces' 's/"merges": \[/"merges": [7,/'
whole_broken 'a merge of three pieces' 'merge 1 is neither a text nor two pieces' 's/"merges": \[/"merges": [["a", "b", "c"],/'
whole_broken 'no merges' 'model\.merges is not an array' 's/"merges":/"mergers":/'
finish
