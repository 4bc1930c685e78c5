#!/usr/bin/env bash
# threads.t: --threads changes no byte of what a program writes, on the pocket model.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

model=data/pocket/model
one=$tmp/1 # what one thread wrote, from which the next program reads

# same PROGRAM NAME ARGUMENT...: with 1, 2 and 3 threads. Blocks of sentences, not threads, set the order of sums, and
# the history leaves the threads out: files are equal as a whole.
same() {
    local program=$1 name=$2 threads
    shift 2
    for threads in 1 2 3; do
        mkdir -p "$tmp/$threads"
        ok "$program, $threads threads" "$bin/$program" --threads $threads "$@" -o "$tmp/$threads/$name"
        [ $threads -eq 1 ] || ok '... the same bytes' diff -r "$one/$name" "$tmp/$threads/$name"
    done
}

same import-checkpoint model $model
same import-checkpoint merged --adapter tests/fixtures/training/lora/initial tests/fixtures/encoder/bert-odd
head -n 200 data/pocket/train.tsv >"$tmp/sentences.tsv"
same tokenize tokens $model "$tmp/sentences.tsv"
tokens=$("$bin/inspect" --tensor offsets "$one/tokens" | tail -n 1 | cut -f 2)
is 'there are more blocks of sentences than threads' $((tokens > 3 * 512)) 1
same forward forward --keep hidden,context,attention $model "$one/tokens"
same score scores $model "$one/tokens"
same decompose-gradient gradients $model "$one/tokens"
same sum-contexts contexts $model "$one/tokens"
same ablate ablation $model "$one/tokens"
same prune retention --draws 3 --draws-within-layers 2 --splits 3 $model "$one/tokens" "$one/ablation" "$one/scores" "$one/gradients"
same correlate methods.tsv --splits 20 --resamples 100 --resample-splits 3 --permutations 100 --draws 50 --retention "$one/retention" \
    "$one/ablation" "$one/scores" "$one/gradients"
same measure-sizes sizes.tsv --subsamples 50 "$one/ablation" "$one/scores" "$one/gradients"
same measure-snapshot measures.tsv --splits 50 "$one/forward" "$one/forward" \
    "$one/ablation" "$one/scores" "$one/gradients"
same decide parts.tsv parts data/boundary/rule.tsv tests/fixtures/decide/depth.tsv
same measure-classes classes.tsv --splits 50 --resamples 100 "$one/ablation" "$one/scores" "$one/gradients"
for table in heads facts; do same export $table.tsv $table "$one/ablation" "$one/scores" "$one/gradients"; done
same export harmful.tsv harmful "$one/ablation"
same export logits.tsv logits "$one/forward"
same measure-retention retention.tsv retention "$one/retention"
for method in full lora; do
    same train $method --method $method --steps 4 --batch 8 --held-out "$one/tokens" $model "$one/tokens"
done

for program in inspect compare; do
    files=("$one/scores")
    [ $program = inspect ] || files+=("$one/scores")
    is "$program prints the same" "$("$bin/$program" --threads 1 "${files[@]}")" \
        "$("$bin/$program" --threads 3 "${files[@]}")"
done

finish
