#!/usr/bin/env bash
# merge.t: every stage in shards is, joined, the stage in one run; shards that do not belong together are refused.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016 # the variables are Perl's
. "$(dirname "$0")/tap.sh"

model=data/pocket/model
tokens=$tmp/tokens
head -n 41 data/pocket/sentences.tsv >"$tmp/sentences.tsv"
ok 'sentences' "$bin/tokenize" $model "$tmp/sentences.tsv" -o "$tokens"
sentences=40

# header FILE: its metadata but history and operations, its tensors with dtype and shape.
header() { "$bin/inspect" "$1" | grep -v '^# operations' | awk -F '\t' '/^#/ { print; next } { print $1, $2, $3 }'; }
operations() { "$bin/inspect" "$1" | sed -n 's/^# operations: //p'; }

# shards NAME OPTION PARTS OF COMMAND...: the command for each of so many parts; sets `made` to their files, last first.
shards() {
    local name=$1 option=$2 parts=$3 of=$4 part
    shift 4
    made=()
    for ((part = 0; part < parts; part++)); do
        "$@" "--$option" $((part * of / parts)):$(((part + 1) * of / parts)) -o "$tmp/$name-$part" || return
        made=("$tmp/$name-$part" "${made[@]}")
    done
}

# same NAME OPTION OF COMMAND...: in one run, in $tmp/NAME; and in 1, 2, 3 and 7 shards, as far as there are so many.
# Blocks of sentences are cut anew in each shard, so sums differ in their last digits.
same() {
    local name=$1 option=$2 of=$3 parts
    shift 3
    ok "$name" "$@" -o "$tmp/$name"
    for parts in 1 2 3 7; do
        [ "$parts" -le "$of" ] || continue
        ok "$name in $parts shards of the $option" shards "$name" "$option" "$parts" "$of" "$@"
        ok '... joined' "$bin/merge" "${made[@]}" -o "$tmp/merged"
        ok '... holds the same' "$bin/compare" --atol 2e-6 --rtol 1e-5 "$tmp/merged" "$tmp/$name"
        is '... under the same header' "$(header "$tmp/merged")" "$(header "$tmp/$name")"
    done
}

for program in score decompose-gradient score-gates integrate-gates sum-contexts; do
    same $program sentences $sentences "$bin/$program" $model "$tokens"
    is "... with as many operations" "$(operations "$tmp/merged")" "$(operations "$tmp/$program")"
done
same forward sentences $sentences "$bin/forward" --keep hidden,context,attention $model "$tokens"
same shapley sentences $sentences "$bin/sample-shapley" --pairs 2 $model "$tokens"
same ablate sentences $sentences "$bin/ablate" $model "$tokens"
same ablate layers 3 "$bin/ablate" $model "$tokens"
same attribute sentences $sentences "$bin/attribute" $model "$tokens"
same prune sentences $sentences "$bin/prune" --draws 2 --splits 3 $model "$tokens" \
    "$tmp/ablate" "$tmp/score" "$tmp/decompose-gradient"
is '... with as many operations' "$(operations "$tmp/merged")" "$(operations "$tmp/prune")"

# --- the mean over all sentences, from a file

for program in ablate attribute; do
    ok "$program, the mean from a file" "$bin/$program" --contexts "$tmp/sum-contexts" $model "$tokens" -o "$tmp/x"
    ok '... is the same' "$bin/compare" --atol 1e-6 "$tmp/x" "$tmp/$program"
    fails 1 "^$program: $tmp/sum-contexts-0: is of [0-9]+ tokens \(expected all [0-9]+\)" '... not from a shard' \
        "$bin/$program" --contexts "$tmp/sum-contexts-0" $model "$tokens" -o "$tmp/y"
done
perl tests/edit-tensors.pl "$tmp/sum-contexts" "$tmp/infinite" '$values[3] = "inf" if $name eq "context_sum"'
fails 1 "^ablate: $tmp/infinite: tensor 'context_sum': element 3 is not finite" 'a mean that is not finite' \
    "$bin/ablate" --contexts "$tmp/infinite" $model "$tokens" -o "$tmp/y"

# --- both ways at once: layers first

for layers in 0:1 1:3; do
    for some in 0:25 25:40; do
        ok "layers $layers of sentences $some" \
            "$bin/ablate" --layers $layers --sentences $some $model "$tokens" -o "$tmp/both-$layers-$some"
    done
done
fails 1 '^merge: .*: differs from .* in its sentences and in its layers' 'all of them at once' \
    "$bin/merge" "$tmp"/both-* -o "$tmp/y"
for some in 0:25 25:40; do ok "layers of $some" "$bin/merge" "$tmp"/both-*-$some -o "$tmp/layers-$some"; done
ok 'sentences' "$bin/merge" "$tmp"/layers-* -o "$tmp/merged"
ok '... hold the same' "$bin/compare" --atol 2e-6 --rtol 1e-5 "$tmp/merged" "$tmp/ablate"
is '... under the same header' "$(header "$tmp/merged")" "$(header "$tmp/ablate")"
is 'its history tells the shards' "$("$bin/inspect" --history "$tmp/merged" | grep -c '^ *shard ')" 6

# --- ranges that are none

for range in 0:41 5:5 6:5 -1:5 0:5x 0 : 0: :5 0x1:5 ' 0:5' 0:99999999999999999999; do
    fails 2 "^score: --sentences: '$range' is not a range A:B of the 40 there are" "--sentences $range" \
        "$bin/score" "--sentences=$range" $model "$tokens" -o "$tmp/y"
done
fails 2 "^ablate: --layers: '2:4' is not a range A:B of the 3 there are" '--layers 2:4' \
    "$bin/ablate" --layers 2:4 $model "$tokens" -o "$tmp/y"

# --- shards that do not belong together

# shard NAME RANGE [ARGUMENT...]: one of the scores.
shard() { "$bin/score" --sentences "$2" "${@:3}" $model "$tokens" -o "$tmp/$1"; }
# refuse REGEX NAME FILE...: merge names what is wrong, and leaves nothing.
refuse() {
    fails 1 "^merge: $1" "$2" "$bin/merge" "${@:3}" -o "$tmp/y"
    is '... leaves nothing' "$(find "$tmp" -name 'y*' -o -name '.y*')" ''
}
for range in 0:10 10:20 20:40; do ok "shard $range" shard $range $range; done
a=$tmp/0:10 b=$tmp/10:20 c=$tmp/20:40
refuse "sentences 10:20 of 40 are in none of the files" 'one is missing' "$a" "$c"
refuse "sentences 0:10 of 40 are in none" 'the first is missing' "$b" "$c"
refuse "sentences 20:40 of 40 are in none" 'the last is missing' "$a" "$b"
refuse "$b: has sentences 10:20, but $b has 10:20" 'one is doubled' "$a" "$b" "$b" "$c"
shard 5:20 5:20
refuse "$tmp/5:20: has sentences 5:20, but $a has 0:10" 'two overlap' "$a" "$tmp/5:20" "$c"
shard 0:40 0:40
refuse "$a: has sentences 0:10, but $tmp/0:40 has 0:40|$tmp/0:40: has sentences 0:40, but $a has 0:10" \
    'one holds another' "$tmp/0:40" "$a" "$b" "$c"
refuse "$tmp/score: is no shard" 'a whole is none' "$a" "$tmp/score" "$c"
refuse "$tmp/ablate-1: is no shard of the sentences" 'one of the layers' "$a" "$tmp/ablate-1" "$c"

"$bin/decompose-gradient" --sentences 10:20 $model "$tokens" -o "$tmp/program"
refuse "$tmp/program: was made with program \"decompose-gradient\" \($a: \"score\"\)" 'another program' \
    "$a" "$tmp/program" "$c"
shard option 10:20 --block-tokens 100
refuse "$tmp/option: was made with --block-tokens 100 \($a: 800\)" 'another option' "$a" "$tmp/option" "$c"
cp -r $model "$tmp/model"
perl tests/edit-tensors.pl $model/model.safetensors "$tmp/model/model.safetensors" \
    '$values[0] += 1 if $name =~ /classifier.bias/'
"$bin/score" --sentences 10:20 "$tmp/model" "$tokens" -o "$tmp/of-model"
refuse "$tmp/of-model: was made from another input as model, 'model.safetensors', than $a" 'another model' \
    "$a" "$tmp/of-model" "$c"
perl tests/edit-tensors.pl "$tokens" "$tmp/other-tokens" '$values[1]++ if $name eq "ids"'
"$bin/score" --sentences 10:20 $model "$tmp/other-tokens" -o "$tmp/of-tokens"
refuse "$tmp/of-tokens: was made from another input as tokens, 'other-tokens'" 'other tokens' \
    "$a" "$tmp/of-tokens" "$c"
head -n 31 data/pocket/sentences.tsv >"$tmp/fewer.tsv"
"$bin/tokenize" $model "$tmp/fewer.tsv" -o "$tmp/fewer"
"$bin/score" --sentences 20:30 $model "$tmp/fewer" -o "$tmp/of-fewer"
refuse "$tmp/of-fewer: is a shard of 30 sentences \($a: of 40\)" 'of fewer sentences' "$a" "$b" "$tmp/of-fewer"

# edited REGEX NAME CODE: the second shard changed.
edited() {
    perl tests/edit-tensors.pl "$b" "$tmp/edited" "$3"
    refuse "$1" "$2" "$a" "$tmp/edited" "$c"
}
# metadata REGEX NAME FROM TO: the same in its metadata, FROM and TO being of one length.
metadata() {
    sed "s/$3/$4/" "$b" >"$tmp/edited"
    refuse "$1" "$2" "$a" "$tmp/edited" "$c"
}
metadata "$tmp/edited: was made with version \"[0-9.]+\"" 'another version' 'version\\":\\"0' 'version\\":\\"9'
metadata "$tmp/edited: metadata 'sentences' is '10:20 on 40'" 'a range that is none' '10:20 of 40' '10:20 on 40'
metadata "$tmp/edited: metadata 'sentences' is '10:90 of 40'" 'a range beyond the end' '10:20 of 40' '10:90 of 40'
metadata "$tmp/edited: metadata 'axes' is not a JSON object" 'axes that are none' 'axes":"{' 'axes":"['
metadata "$tmp/edited: has no metadata 'axes'" 'no axes' '"axes"' '"axis"'
metadata "$tmp/edited: was made with axes" 'other axes' '\\"labels\\":\\"S\\"' '\\"labels\\":\\"H\\"'
metadata "$tmp/edited: metadata 'operations' is" 'operations that are no number' '"operations":"[0-9]' '"operations":"x'
edited "$tmp/edited: has no tensor 'oan'" 'a score less' '$name = "" if $name eq "oan"'
edited "$tmp/edited: tensor 'oan' has shape \[9, 3, 4\] where \[10, " 'a sentence less' \
    '@values = @values[0 .. 107], $shape[0] = 9 if $name eq "oan"'
edited "$tmp/edited: tensor 'oan' is F32 \($a: F64\)" 'of another type' '$dtype = "F32" if $name eq "oan"'
edited "$tmp/edited: tensor 'oan' has shape \[10, 4, 3\] where \[10, 3, 4\]" 'of another shape' \
    '@shape = @shape[0, 2, 1] if $name eq "oan"'
perl tests/edit-tensors.pl "$tmp/ablate-1" "$tmp/edited" '$values[3] += 1 if $name eq "logits"'
refuse "$tmp/edited: tensor 'logits' differs from that of $tmp/ablate-0" 'logits that are not those of the others' \
    "$tmp/ablate-0" "$tmp/edited" "$tmp/ablate-2"

finish
