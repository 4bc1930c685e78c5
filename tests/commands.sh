# commands.sh: how each program is called, and sound inputs for it, for tests of what goes wrong.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # names of tap.sh, and for the tests
#
# To be read after tap.sh. Inputs are made in $in, outputs belong into $out.

in=$tmp/in
out=$tmp/out
mkdir "$in" "$out"

# How each program is called; @NAME is an input in $in.
declare -A arguments=(
    [import-checkpoint]='--adapter @adapter @model'
    [import-sentences]='@table.csv'
    [pool-sentences]='--except @sentences.tsv @other.tsv'
    [sample-sentences]='--per-class 1 @sentences.tsv'
    [tokenize]='@model @sentences.tsv'
    [train]='--steps 1 --batch 1 --held-out @held-out @model @tokens'
    [forward]='@model @tokens'
    [score]='@model @tokens'
    [decompose-gradient]='@model @tokens'
    [ablate]='@model @tokens'
    [sum-contexts]='@model @tokens'
    [merge]='@shard-1 @shard-2'
    [score-gates]='@model @tokens'
    [attribute]='@model @tokens'
    [integrate-gates]='@model @tokens'
    [prune-greedily]='@model @tokens'
    [sample-shapley]='--pairs 1 @model @tokens'
    [count-costs]='@probe @scores'
    [prune]='--rankings oan --draws 1 --splits 1 @model @tokens @ablation @scores'
    [correlate]='--resamples 2 --draws 2 --retention @retention --base @base.safetensors @ablation @scores'
    [export]='--base @base.safetensors heads @ablation @scores'
    [decide]='claims @rule.tsv @run.tsv'
    [measure-retention]='retention --resamples 2 @retention'
    [compare-models]='--splits 2 --resamples 2 @study @other-study'
    [predict-cost]='@costs.tsv @model'
    [measure-classes]='--splits 2 --resamples 2 --base @base.safetensors @ablation @scores'
    [measure-multiverse]='--splits 2 --resamples 2 @ablation @scores'
    [measure-sizes]='--subsamples 2 --base @base.safetensors @ablation @scores'
    [measure-snapshot]='--splits 2 --base @base.safetensors @probe @held-out-logits @ablation @scores'
    [pool-seeds]='--columns spearman @methods.tsv'
    [judge]='@published.tsv @measured.tsv @methods.tsv'
    [inspect]='@scores'
    [compare]='@scores @base.safetensors'
    [bench-machine]='--seconds 0.01'
)
prints=' inspect compare ' # the rest writes -o
folders=' import-checkpoint train '
lists=' merge pool-sentences compare-models prune correlate count-costs export measure-classes measure-multiverse measure-sizes measure-snapshot measure-retention pool-seeds decide judge ' # of files, any number

is 'every program is here' "$(printf '%s\n' "${!arguments[@]}" | sort | xargs)" \
    "$(for source in src/*.c; do basename "$source" .c; done | sort | xargs)"

# --- sound inputs

fixture=tests/fixtures/encoder/bert-odd
ok 'a model' "$bin/import-checkpoint" $fixture -o "$in/model"
cp -r tests/fixtures/training/lora/initial "$in/adapter"
cp $fixture/tokens.safetensors "$in/tokens"
cp tests/fixtures/training/tokens.safetensors "$in/held-out"
printf 'sentence\tlabel\nba be bi\tsober\nbo bu\tmerry\nda\tangry\n' >"$in/sentences.tsv"
printf 'sentence\tlabel\nbe bo\tsober\n' >"$in/other.tsv"
printf 'ba be bi,sober\n' >"$in/table.csv"
ok 'its scores' "$bin/score" "$in/model" "$in/tokens" -o "$in/scores"
cp "$in/scores" "$in/base.safetensors"
cp tests/fixtures/costs.tsv "$in"
ok 'its shards' "$bin/score" --sentences 0:3 "$in/model" "$in/tokens" -o "$in/shard-1"
ok '...' "$bin/score" --sentences 3:5 "$in/model" "$in/tokens" -o "$in/shard-2"
cp data/boundary/rule.tsv "$in/rule.tsv"
cp tests/fixtures/decide/structure.tsv "$in/run.tsv"
cp tests/fixtures/correlate/methods.tsv "$in/methods.tsv"
cp data/published.tsv "$in/published.tsv"
printf 'folder\texperiment\trepeats\torigin\tseed\nin\tmine\tdistilbert-sst2\town\t1\n' >"$in/measured.tsv"
ok 'its logits' "$bin/forward" "$in/model" "$in/tokens" -o "$in/probe"
cp "$in/probe" "$in/held-out-logits"
ok 'its ablation' "$bin/ablate" "$in/model" "$in/tokens" -o "$in/ablation"
ok 'its retention' \
    "$bin/prune" --rankings oan "$in/model" "$in/tokens" "$in/ablation" "$in/scores" -o "$in/retention"

mkdir "$in/study"
cp "$in/ablation" "$in/study/ablation.safetensors"
cp "$in/scores" "$in/study/scores.safetensors"
ok 'its gradients' \
    "$bin/decompose-gradient" "$in/model" "$in/tokens" -o "$in/study/gradients.safetensors"
cp -r "$in/study" "$in/other-study"

# words PROGRAM: sets `words` to a sound command line without -o.
words() { read -ra words <<<"$bin/$1 ${arguments[$1]//@/$in/}"; }
# output PROGRAM: -o and where to, for a program that has it.
output() { [[ $prints == *" $1 "* ]] || printf '%s\n' -o "$out/x"; }
