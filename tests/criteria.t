#!/usr/bin/env bash
# criteria.t: score-gates, attribute, integrate-gates, prune-greedily and sample-shapley against the reference encoder,
# against each other, and against what must hold whatever the model; and count-costs.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016 # the variables are awk's and Perl's
. "$(dirname "$0")/tap.sh"

# Scores are sums over a sentence of products of order 1 whose signs differ: F32 leaves 1e-6 of them.
tolerance=(--atol 3e-6 --rtol 1e-5)

gates=michel,michel_token,fisher,fisher_expected,taylor_second
replacements=$(printf 'KIND_%s,' zero mean resample zero_abs mean_abs resample_abs)
patched=${replacements//KIND/atp}
dropped=${replacements//KIND/graddrop}

# agrees NAME FILE EXPECTED TENSOR,...
agrees() { ok "$1" "$bin/compare" "${tolerance[@]}" --tensor "${4%,}" "$2" "$3"; }
# rows TENSOR FILE: indices and values, without the header.
rows() { "$bin/inspect" --tensor "$1" "$2" | grep -v '^[#i]'; }

# run MODEL OUT OPTION...: all of them
run() {
    local model=$tmp/$1 out=$tmp/$2 in="$tmp/$1 $tmp/$1/tokens.safetensors"
    shift 2
    rm -rf "$out"
    mkdir "$out"
    # shellcheck disable=SC2086 # a model and its tokens
    "$bin/score-gates" "$@" $in -o "$out/gates" &&
        "$bin/attribute" "$@" $in -o "$out/patched" &&
        "$bin/attribute" --drop "$@" $in -o "$out/dropped" &&
        "$bin/integrate-gates" "$@" $in -o "$out/integrated" &&
        "$bin/prune-greedily" --shares '' --budgets "$budgets" "$@" $in -o "$out/greedy" &&
        "$bin/prune-greedily" --cross --shares '' --budgets "$budgets" "$@" $in -o "$out/crosswise" &&
        "$bin/sample-shapley" "$@" $in -o "$out/shapley"
}

# --- against plain loops: slopes by differences, every head tried at every step, all sets of two heads

# check MODEL NAME OPTION...
check() {
    local model=$1 name=$2 out=$tmp/out expected=$tmp/$1/expected
    shift 2
    ok "$name: the programs run" run "$model" out "$@"
    agrees "$name: score-gates" "$out/gates" "$expected" $gates
    agrees "$name: attribute" "$out/patched" "$expected" "$patched"
    agrees "$name: attribute --drop" "$out/dropped" "$expected" "$dropped"
    agrees "$name: integrate-gates" "$out/integrated" "$expected" ig
    agrees "$name: prune-greedily" "$out/greedy" "$expected" greedy/order,greedy/logits
    agrees "$name: prune-greedily --cross" "$out/crosswise" "$expected" greedy_cross/order,greedy_cross/logits
    agrees "$name: sample-shapley without any head" "$out/shapley" "$expected" logits_none
    # two heads have two orders, and a pair is both
    [ "$budgets" != 1 ] || agrees "$name: sample-shapley" "$out/shapley" "$expected" shapley
}

# shape NAME LAYERS HEADS HEAD_DIM INTERMEDIATE CLASSES [--distilbert]
shape() {
    local folder=$tmp/$1
    ok "$1: a random model" build/tests/random-model --layers "$2" --heads "$3" --head-dim "$4" --intermediate "$5" \
        --classes "$6" "${@:7}" --lengths 1,2,3,6,2,5,4,1,3,3 -o "$folder"
    ok '... and what is expected' build/tests/expect-criteria "$folder" "$folder/tokens.safetensors" -o "$folder/expected"
    budgets=$(seq -s , 1 $(($2 * $3 - 1)))
}

while read -r name shape; do
    # shellcheck disable=SC2086 # a shape is words
    shape "$name" $shape
    for size in 7 1000; do
        check "$name" "$name, blocks of $size" --block-tokens $size
    done
done <<'END'
bert 3 3 7 37 3
thin 4 5 1 3 5
wide 1 2 40 53 2
long-heads 2 1 33 17 4
distilbert 4 3 5 11 2 --distilbert
END

budgets=1,2,5,8
ok 'one thread' run bert one --block-tokens 7 --threads 1
ok 'three threads' run bert many --block-tokens 7 --threads 3
ok '... the same bytes' diff -r "$tmp/one" "$tmp/many"

# --- what adds up, in every sentence: to the margin with all heads less that with none

# worth FILE: sentence and that difference; two classes, so that the margin has no kinks.
worth() {
    join -j 1 -t $'\t' <(rows labels "$1" | sort) <(join -t $'\t' <(rows logits "$1" | sort) <(rows logits_none "$1" | sort)) |
        awk -F '\t' '{ sign = $2 ? 1 : -1; printf "%s\t%.9f\n", $1, sign * (($4 - $3) - ($6 - $5)) }' | sort
}
# sums TENSOR FILE: sentence and the sum over all heads.
sums() {
    rows "$1" "$2" | awk -F '\t' '{ for (i = 3; i <= NF; i++) sum[$1] += $i }
        END { for (s in sum) printf "%s\t%.9f\n", s, sum[s] }' | sort
}
# adds_up NAME SUMS WORTH TOLERANCE
adds_up() {
    printf 'sentence\tsum\n%s\n' "$2" >"$tmp/found.tsv"
    printf 'sentence\tsum\n%s\n' "$3" >"$tmp/expected.tsv"
    ok "$1" "$bin/compare" --atol "$4" "$tmp/found.tsv" "$tmp/expected.tsv"
}
model=data/pocket/model
tokens=$tmp/tokens.safetensors
ok 'the pocket model: tokens' "$bin/tokenize" $model data/pocket/sentences.tsv -o "$tokens"
ok '... Shapley values' "$bin/sample-shapley" --pairs 2 $model "$tokens" -o "$tmp/shapley"
ok '... integrated gradients' "$bin/integrate-gates" --steps 40 $model "$tokens" -o "$tmp/integrated"
worth=$(worth "$tmp/shapley")
is '... something is to be shared' "$(awk '$2 > 1' <<<"$worth" | wc -l | awk '{ print ($1 > 20) }')" 1
adds_up '... Shapley values share it' "$(sums shapley "$tmp/shapley")" "$worth" 1e-5
adds_up '... integrated gradients too' "$(sums ig "$tmp/integrated")" "$worth" 1e-5

# --- sampling: the estimates scatter about the values as much as they say

expected=$(rows shapley "$tmp/bert/expected" | awk -F '\t' '{ for (i = 3; i <= NF; i++) sum[$2 * (NF - 2) + i - 3] += $i / 10 }
    END { for (h = 0; h < 9; h++) print sum[h] }')
flat() { rows "$1" "$2" | cut -f 2- | tr '\t' '\n'; }
for seed in $(seq 24); do
    "$bin/sample-shapley" --pairs 6 --seed "$seed" "$tmp/bert" "$tmp/bert/tokens.safetensors" -o "$tmp/sampled" || break
    paste <(flat shapley_mean "$tmp/sampled") <(flat shapley_error "$tmp/sampled") <(printf '%s\n' "$expected")
done >"$tmp/scatter"
is 'two dozen seeds of nine heads' "$(wc -l <"$tmp/scatter")" 216
# (mean - value) / error has mean 0 and, ten sentences' errors being estimated from six pairs each, a square near 1
is '... are centred on the values' \
    "$(awk '{ z = ($1 - $3) / $2; sum += z } END { z = sum / NR; print (z > -0.2 && z < 0.2) }' "$tmp/scatter")" 1
is '... and scatter as told' \
    "$(awk '{ z = ($1 - $3) / $2; sum += z * z } END { z = sum / NR; print (z > 0.75 && z < 1.35) }' "$tmp/scatter")" 1
ok 'many pairs' "$bin/sample-shapley" --pairs 600 "$tmp/bert" "$tmp/bert/tokens.safetensors" -o "$tmp/many-pairs"
is '... err a tenth of as much' "$(paste <(flat shapley_error "$tmp/sampled") <(flat shapley_error "$tmp/many-pairs") |
    awk '{ few += $1; many += $2 } END { ratio = few / many; print (ratio > 8 && ratio < 12) }')" 1
is '... and come close' "$(paste <(flat shapley_mean "$tmp/many-pairs") <(flat shapley_error "$tmp/many-pairs") \
    <(printf '%s\n' "$expected") | awk '{ z = ($1 - $3) / $2; far += z * z > 16 } END { print far + 0 }')" 0
ok 'one pair' "$bin/sample-shapley" --pairs 1 "$tmp/bert" "$tmp/bert/tokens.safetensors" -o "$tmp/pair"
is '... does not tell its error' "$(flat shapley_error "$tmp/pair" | sort -u)" nan
ok 'the same seed' "$bin/sample-shapley" --seed 24 --pairs 6 --threads 1 "$tmp/bert" "$tmp/bert/tokens.safetensors" -o "$tmp/again"
ok '... the same bytes' cmp "$tmp/sampled" "$tmp/again"

# --- against what other programs say

ok 'gradients of the pocket model' "$bin/decompose-gradient" $model "$tokens" -o "$tmp/gradients"
ok '... gates' "$bin/score-gates" $model "$tokens" -o "$tmp/gates"
ok '... attributions' "$bin/attribute" $model "$tokens" -o "$tmp/patched"
perl tests/edit-tensors.pl "$tmp/gradients" "$tmp/renamed" '
    %renamed = (taylor => "michel", taylor_margin => "atp_zero", taylor_margin_abs => "atp_zero_abs");
    add("fisher", "F64", [@shape], map { $_ * $_ / 2 } @values) if $name eq "taylor";
    $name = $renamed{$name} // ""'
agrees 'michel is taylor, and fisher half its square' "$tmp/gates" "$tmp/renamed" michel,fisher
agrees 'the attribution to zero is taylor_margin' "$tmp/patched" "$tmp/renamed" atp_zero,atp_zero_abs
ok 'the heads removed one by one' "$bin/ablate" $model "$tokens" -o "$tmp/ablation"
ok '... with the gates in a table' "$bin/export" heads "$tmp/ablation" "$tmp/gates" "$tmp/shapley" -o "$tmp/heads.tsv"
is '... where those of michel are of norm 1 in each layer' "$(awk -F '\t' '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^michel/) wanted[i] }
    NR > 1 { for (i in wanted) sum[$1 " " i] += $i * $i }
    END { for (k in sum) { n++; near += sum[k] > 1 - 1e-7 && sum[k] < 1 + 1e-7 } print n, near }' "$tmp/heads.tsv")" '6 6'
ok 'greedy removal' "$bin/prune-greedily" --shares '' --budgets 1,5,11 $model "$tokens" -o "$tmp/greedy"
is '... begins with the head that is missed least' \
    "$(rows greedy/order "$tmp/greedy" | head -n 1 | cut -f 2)" \
    "$(tail -n +2 "$tmp/heads.tsv" | sort -g -k 3,3 | head -n 1 | awk '{ print 4 * $1 + $2 }')"
ok '... crosswise' "$bin/prune-greedily" --cross --shares '' --budgets 1,5,11 $model "$tokens" -o "$tmp/crosswise"
for ranking in greedy crosswise; do
    ok "... a table of $ranking" "$bin/measure-retention" retention "$tmp/$ranking" -o "$tmp/$ranking.tsv"
    is '... has its budgets' "$(cut -f 2 "$tmp/$ranking.tsv" | xargs)" 'k 0 1 5 11'
done
ok 'another seed' "$bin/prune-greedily" --cross --seed 2 --shares '' --budgets 1,5,11 $model "$tokens" -o "$tmp/other"
is '... halves otherwise' "$("$bin/compare" --tensor half "$tmp/crosswise" "$tmp/other" 2>&1 | grep -c ': disagrees')" 1
is '... each class evenly' "$(paste <(rows half "$tmp/other") <(rows labels "$tmp/other") | cut -f 2,4 | sort | uniq -c |
    awk '{ print $1 }' | sort -u)" 10

# --- costs

ok 'a forward pass' "$bin/forward" $model "$tokens" -o "$tmp/forward"
ok 'costs' "$bin/count-costs" "$tmp/forward" "$tmp/gates" "$tmp/ablation" "$tmp/greedy" "$tmp/shapley" -o "$tmp/costs.tsv"
is '... of every method' "$(cut -f 1,2 "$tmp/costs.tsv" | tr '\t' ' ' | paste -sd,)" "method program,fisher score-gates,\
fisher_expected score-gates,michel score-gates,michel_token score-gates,taylor_second score-gates,\
ablation ablate,ablation_mean ablate,ablation_resample ablate,greedy prune-greedily,shapley sample-shapley"
# a forward and a backward pass; all prefixes of four orders of twelve heads
is '... in forward passes' "$(awk -F '\t' '$1 == "michel" { print ($4 > 2 && $4 < 3) }
    $1 == "shapley" { print ($4 > 30 && $4 < 45) }' "$tmp/costs.tsv" | xargs)" '1 1'
ok 'entropies cost as what they become' "$bin/score" $model "$tokens" -o "$tmp/scores"
ok '... costs' "$bin/count-costs" "$tmp/forward" "$tmp/scores" -o "$tmp/costs.tsv"
is '... by name' "$(grep -c -E '^(entropy|entinv)' "$tmp/costs.tsv") $(grep -c '^entinv' "$tmp/costs.tsv")" '2 2'
fails 1 "^count-costs: .*/tokens.safetensors: metadata 'operations' is not there" 'a file that cost nothing' \
    "$bin/count-costs" "$tmp/forward" "$tokens" -o "$tmp/none"
fails 1 '^count-costs: .*/forward: holds no method' 'a file without methods' \
    "$bin/count-costs" "$tmp/forward" "$tmp/forward" -o "$tmp/none"

# --- one sentence, one head, one layer

ok 'one sentence' build/tests/random-model --lengths 5 -o "$tmp/alone"
ok '... attributed' "$bin/attribute" "$tmp/alone" "$tmp/alone/tokens.safetensors" -o "$tmp/alone/patched"
is '... has no donor' "$(rows atp_resample "$tmp/alone/patched" | cut -f 3- | tr '\t' '\n' | sort -u)" nan
ok '... removed greedily' "$bin/prune-greedily" "$tmp/alone" "$tmp/alone/tokens.safetensors" -o "$tmp/alone/greedy"
fails 1 '^prune-greedily: one sentence cannot be halved' '... not crosswise' \
    "$bin/prune-greedily" --cross "$tmp/alone" "$tmp/alone/tokens.safetensors" -o "$tmp/none"
ok 'one head' build/tests/random-model --layers 1 --heads 1 -o "$tmp/single"
fails 1 '^prune-greedily: .*/single: has a single head' '... is no choice' \
    "$bin/prune-greedily" "$tmp/single" "$tmp/single/tokens.safetensors" -o "$tmp/none"
ok '... has a value' "$bin/sample-shapley" "$tmp/single" "$tmp/single/tokens.safetensors" -o "$tmp/single/shapley"
is '... without an error' "$(flat shapley_error "$tmp/single/shapley")" 0
ok 'one layer' "$bin/attribute" --drop "$tmp/wide" "$tmp/wide/tokens.safetensors" -o "$tmp/layer"
is '... has no other to hold' "$(rows graddrop_zero "$tmp/layer" | cut -f 3- | tr '\t' '\n' | sort -u)" nan

# --- refusals

sed 's/BertForSequenceClassification/BertModel/' $model/config.json >"$tmp/config.json"
mkdir "$tmp/encoder"
mv "$tmp/config.json" "$tmp/encoder/config.json"
cp $model/vocab.txt "$tmp/encoder"
perl tests/edit-tensors.pl $model/model.safetensors "$tmp/encoder/model.safetensors" \
    '$name =~ s/^bert\.//; $name = "" if $name =~ /^classifier/'
ok 'a bare encoder is imported' "$bin/import-checkpoint" "$tmp/encoder" -o "$tmp/bare"
for program in score-gates attribute integrate-gates prune-greedily sample-shapley; do
    fails 1 "^$program: .*/bare: is an encoder without a classification head" "... but has no margin for $program" \
        "$bin/$program" "$tmp/bare" "$tokens" -o "$tmp/none"
    fails 2 "^$program: --block-tokens: '0' is not a number from 1 to" "$program: a block of nothing" \
        "$bin/$program" --block-tokens 0 $model "$tokens" -o "$tmp/none"
done
fails 2 "--steps: '0' is not a number from 1 to" 'no steps' "$bin/integrate-gates" --steps 0 $model "$tokens" -o "$tmp/none"
fails 2 "--pairs: '0' is not a number from 1 to" 'no pairs' "$bin/sample-shapley" --pairs 0 $model "$tokens" -o "$tmp/none"
fails 2 "--budgets: '2,1' is not a list of rising whole numbers" 'falling budgets' \
    "$bin/prune-greedily" --shares '' --budgets 2,1 $model "$tokens" -o "$tmp/none"
perl tests/edit-tensors.pl $model/model.safetensors "$tmp/huge.safetensors" '$_ *= 1e38 for $name =~ /^classifier/ ? @values : ()'
mkdir "$tmp/huge"
cp $model/config.json $model/vocab.txt "$tmp/huge"
mv "$tmp/huge.safetensors" "$tmp/huge/model.safetensors"
for program in score-gates attribute integrate-gates prune-greedily sample-shapley; do
    fails 1 "^$program: a logit is not finite" "$program: weights that are too large" \
        "$bin/$program" "$tmp/huge" "$tokens" -o "$tmp/none"
done
is 'nothing is left of what failed' "$(find "$tmp" -name 'none*')" ''

finish
