#!/usr/bin/env bash
# inspect.t: the tables of tensors and of elements, the tree of steps, model folders, and files that are no files.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

inspect=$(realpath "$bin/inspect")
cd "$tmp" || exit 1

# tensors NAME HEADER FORMAT VALUE...: a safetensors file with this header and these values, packed as perl's pack does.
tensors() {
    local name=$1
    shift
    perl -e '($header, $format, @values) = @ARGV;
        print pack("Q<", length $header), $header, pack($format, @values)' -- "$@" >"$name"
}
# shows EXPECTED NAME ARGUMENT...: exit 0, exactly this text and nothing on standard error.
shows() {
    local expected=$1 name=$2 status=0
    shift 2
    "$inspect" "$@" >output 2>&1 || status=$?
    is "$name" "$status: $(cat output)" "0: $expected"
}
refuses() { fails "$1" "$2" "$3" "$inspect" "${@:4}"; }
row() { (IFS=$'\t'; printf '%s\n' "$*"); }

# --- the table of tensors

meta='"__metadata__":{"program":"forward","version":"0.1.0","history":"{}"}'
logits='"logits":{"dtype":"F64","shape":[2,3],"data_offsets":'
ids='"ids":{"dtype":"I32","shape":[4],"data_offsets":'
tensors file.safetensors "{$meta,${logits}[0,48]},${ids}[48,64]}}" 'd<6 l<4' 0.1 -2.5 nan 1e-20 3 0.30000000000000004 \
    101 -7 30521 1234567
header=$(row name dtype shape min mean max nan)
table="# program: forward
# version: 0.1.0
$header
$(row ids I32 '[4]' -7 316296 1234567 0)
$(row logits F64 '[2, 3]' -2.5 0.18 3 1)"
shows "$table" 'each tensor has a row, by name' file.safetensors
tensors moved.safetensors "{${ids}[0,16]},${logits}[16,64]},$meta}" 'l<4 d<6' \
    101 -7 30521 1234567 0.1 -2.5 nan 1e-20 3 0.30000000000000004
shows "$table" '... wherever in the file it stands' moved.safetensors
tensors odd.safetensors '{"none":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},
    "nan":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"infinite":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},
    "scalar":{"dtype":"U8","shape":[],"data_offsets":[12,13]}}' 'f<3 C' nan inf -inf 255
shows "$header
$(row infinite F32 '[2]' -inf NA inf 0)
$(row nan F32 '[1]' NA NA NA 1)
$(row none F32 '[0, 3]' NA NA NA 0)
$(row scalar U8 '[]' 255 255 255 0)" 'NA where there is nothing to tell' odd.safetensors
tensors empty.safetensors '{}' ''
shows "$header" 'a file without tensors is a table without rows' empty.safetensors

# --- the table of elements

shows "# logits: F64 [2, 3]
$(row i0 0 1 2)
$(row 0 0.1 -2.5 nan)
$(row 1 1e-20 3 0.30000000000000004)" '--tensor prints each element, to the last digit' --tensor logits file.safetensors
shows "# logits: F64 [2, 3]
# rows: 1 of 2
$(row i0 0 1 2)
$(row 0 0.1 -2.5 nan)" '--limit prints the first rows' --tensor logits --limit 1 file.safetensors
shows "# ids: I32 [4]
$(row i0 value)
$(row 0 101)
$(row 1 -7)
$(row 2 30521)
$(row 3 1234567)" 'a list has one element a row' --limit 99 --tensor ids file.safetensors
shows "# scalar: U8 []
value
255" 'a scalar has no index' --tensor scalar odd.safetensors
shows "# none: F32 [0, 3]
$(row i0 0 1 2)" 'no elements, no rows' --tensor none odd.safetensors
tensors cube.safetensors '{"a":{"dtype":"F32","shape":[2,1,2],"data_offsets":[0,16]},
    "b":{"dtype":"BF16","shape":[1,0],"data_offsets":[16,16]}}' 'f<*' 0.1 -1e-40 16777216 3.40282346638528859e38
shows "# a: F32 [2, 1, 2]
$(row i0 i1 0 1)
$(row 0 0 0.1 -9.99995e-41)
$(row 1 0 16777216 3.4028235e+38)" 'F32 in as many digits as tell it apart' --tensor a cube.safetensors
shows "# b: BF16 [1, 0]
i0	" 'rows without elements are left out' --tensor b cube.safetensors
refuses 1 "file.safetensors: has no tensor 'x'" 'a tensor that is not there' --tensor x file.safetensors

# --- the tree of steps

tokens_history='{"program":"tokenize","version":"0.1.0","arguments":{"max-tokens":512,"classes":"World,Sports"},
    "inputs":[{"role":"sentences","name":"sst-80.tsv","sha256":"aaaaaaaaaaaabbbb"}]}'
history='{"program":"ablate","version":"0.1.0","arguments":{"margin":"max","rate":0.1,"all":true,"none":false},
    "inputs":[{"role":"model","name":"model.safetensors","sha256":"ccccccccccccdddd"},
    {"role":"tokens","name":"tokens.safetensors","sha256":"eeeeeeeeeeeeffff","history":'$tokens_history'}]}'
# quoted TEXT: as a JSON string.
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g' | tr -d '\n')"; }
tensors steps.safetensors "{\"__metadata__\":{\"history\":$(quoted "$history")}}" ''
shows 'steps.safetensors e3b0c44298fc
  ablate 0.1.0 --margin max --rate 0.1 --all
    model model.safetensors cccccccccccc
    tokens tokens.safetensors eeeeeeeeeeee
      tokenize 0.1.0 --max-tokens 512 --classes World,Sports
        sentences sst-80.tsv aaaaaaaaaaaa' '--history prints the chain back to the inputs' --history steps.safetensors
shows 'empty.safetensors e3b0c44298fc
  no history recorded' '... and says where there is none' --history empty.safetensors
foreign=$(quoted '{"inputs":[{"history":{}},7],"arguments":3}')
tensors foreign.safetensors "{\"__metadata__\":{\"history\":$foreign}}" ''
shows 'foreign.safetensors e3b0c44298fc
  ? ?
    ? ? ?
      ? ?
    ? ? ?' 'what a history lacks is a question mark' --history foreign.safetensors
tensors broken.safetensors '{"__metadata__":{"history":"{\"program\":"}}' ''
refuses 1 "broken.safetensors: metadata 'history' is not a JSON object" 'a broken history' --history broken.safetensors
tensors list.safetensors '{"__metadata__":{"history":"[]"}}' ''
refuses 1 "metadata 'history' is not a JSON object" 'a history that is a list' --history list.safetensors
deep=$(perl -e 'print "{\"inputs\":[{\"history\":" x 600, "{}", "}]}" x 600')
tensors deep.safetensors "{\"__metadata__\":{\"history\":$(quoted "$deep")}}" ''
ok 'a long history' "$inspect" --history deep.safetensors
is '... is printed to its end' "$(wc -l <output)" 1202

# --- hostile names

evil='\u001b[31m\tx\n\u009b\u202e\u007f'
history=$(quoted "{\"program\":\"$evil\",\"arguments\":{\"$evil\":[\"$evil\"]},
    \"inputs\":[{\"role\":\"$evil\",\"sha256\":\"$evil\"}]}")
tensors evil.safetensors "{\"__metadata__\":{\"$evil\":\"$evil\",\"history\":$history},
    \"$evil\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}" 'd<' 1
shown='?[31m?x???????'
ok 'hostile names' "$inspect" evil.safetensors
is '... become harmless' "$(tail -n 1 output)" "$(row "$shown" F64 '[1]' 1 1 1 0)"
for arguments in '' '--history' "--tensor x"; do
    # shellcheck disable=SC2086
    "$inspect" $arguments evil.safetensors >output 2>&1
    is "... control characters never reach the terminal: inspect $arguments" \
        "$(LC_ALL=C tr -d '\t\n -~' <output | wc -c)" 0
done

# --- model folders

mkdir model
cat >model/config.json <<'END'
{"model_type": "bert", "architectures": ["BertForSequenceClassification"], "num_hidden_layers": 2,
 "num_attention_heads": 3, "hidden_size": 12, "intermediate_size": 24, "vocab_size": 30, "hidden_act": "gelu",
 "max_position_embeddings": 16, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
 "id2label": {"0": "nega\u001btive", "1": "positive"}}
END
cp file.safetensors model/model.safetensors
shows "# architecture: bert
# layers: 2
# heads: 3
# hidden: 12
# head_dim: 4
# intermediate: 24
# vocabulary: 30
# max_positions: 16
# token_types: 2
# layer_norm_epsilon: 1e-12
# class 0: nega?tive
# class 1: positive
$table" 'a model folder shows its configuration and its tensors' model/
ok 'a tensor of a model folder' "$inspect" --tensor ids model
is '... is that of its file' "$(cat output)" "$("$inspect" --tensor ids file.safetensors)"
ok 'the history of a model folder' "$inspect" --history model
is '... is that of its file' "$(head -n 1 output | cut -d ' ' -f 1)" model.safetensors
mkdir bare
refuses 1 'bare/config.json: cannot open: No such file' 'a folder that holds no model' bare
cp model/config.json bare
printf '{"model_type": "gpt2"}' >model/config.json
refuses 1 "model/config.json: model_type 'gpt2' is not supported" 'a model of another kind' model

# --- files that are no files

refuses 1 'none.safetensors: cannot open: No such file' 'a missing file' none.safetensors
refuses 1 'config.json: is not a safetensors file' 'a text' bare/config.json
for size in 0 7 8 100 -1; do
    head -c "$size" file.safetensors >cut.safetensors
    refuses 1 'cut.safetensors: ' "a file cut to $size bytes" cut.safetensors
done
tensors overlap.safetensors '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},
    "b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}' 'C*' 1 2 3
refuses 1 "overlap.safetensors: tensor 'b' begins at 1 where 2 was expected" 'tensors that overlap' overlap.safetensors
tensors dtype.safetensors '{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}' 'C*' 1 2
refuses 1 "tensor 'a': dtype F8_E4M3 is not supported" 'a dtype that is not known' dtype.safetensors

# --- the command line

refuses 2 'expected FILE, found 0' 'no file is misuse'
refuses 2 'found 2 file arguments' 'two files too' file.safetensors file.safetensors
refuses 2 'exclude each other' '--history with --tensor' --history --tensor ids file.safetensors
refuses 2 'goes with --tensor' '--limit without --tensor' --limit 3 file.safetensors
refuses 2 "limit: '-1' is not a number" 'a negative limit' --limit=-1 --tensor ids file.safetensors
ok '--help' "$inspect" --help
is '... shows an example' "$(grep -c '^  inspect ' output)" 1
if [ -w /dev/full ]; then
    fails 1 'standard output: cannot write' 'a full disk is told' \
        bash -c '"$1" "$2" >/dev/full' - "$inspect" file.safetensors
else
    skip 'a full disk is told' 'no /dev/full'
fi

finish
