#!/usr/bin/env bash
# prune.t: budgets, rankings and their order, chance, and removals that ablate has measured too; on the pocket model.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016 # the variables are Perl's
. "$(dirname "$0")/tap.sh"

model=data/pocket/model
out=$tmp/retention.safetensors
tokens=$tmp/tokens.safetensors
ablation=$tmp/ablation.safetensors

ok 'the sentences are tokenized' "$bin/tokenize" $model data/pocket/sentences.tsv -o "$tokens"
ok '... the heads removed one by one' "$bin/ablate" --removals zero $model "$tokens" -o "$ablation"
ok '... and scored' "$bin/score" $model "$tokens" -o "$tmp/scores.safetensors"
ok '... and by gradients' "$bin/decompose-gradient" $model "$tokens" -o "$tmp/gradients.safetensors"

# Scores whose order is known: [sentences, 3, 4], the same for every sentence.
perl tests/edit-tensors.pl "$tmp/scores.safetensors" "$tmp/made.safetensors" '
    if ($name eq "oan") {
        add("flat", "F64", [@shape], (0.5) x @values);
        add("rising", "F64", [@shape], map { $_ % 12 } 0 .. $#values);
        add("falling", "F64", [@shape], map { -($_ % 12) } 0 .. $#values);
        add("entropy", "F64", [@shape], map { 1 + $_ % 12 } 0 .. $#values);
        add("pairs", "F64", [@shape], map { int($_ % 12 / 2) - 1e4 } 0 .. $#values);
        add("gaps", "F64", [@shape], map { $_ < 12 ? "nan" : $_ % 12 } 0 .. $#values);
        add("hole", "F64", [@shape], map { $_ % 12 == 5 ? "nan" : 1 } 0 .. $#values);
    }
    $name = ""'

prune() { "$bin/prune" "$model" "$tokens" "$ablation" "$@" -o "$out"; }
made() { prune --draws 0 --splits 0 --shares '' "$@" "$tmp/made.safetensors"; }
# rows TENSOR REGEX [FILE]: its rows whose indices, tab-separated, match: the logits alone.
rows() {
    "$bin/inspect" --tensor "$1" "${3:-$out}" | grep -v '^[#i]' | grep -E "^$2" |
        awk -F '\t' '{ print $(NF - 1) "\t" $NF }'
}
tensors() { "$bin/inspect" "$out" | awk '!/^#/ && $1 != "name" { print $1 }' | xargs; }
budgets() { "$bin/inspect" --tensor budgets "$out" | awk '!/^[#i]/ { print $2 }' | xargs; }
# agrees NAME ROWS ROWS: two sets of logits; F32 and another way to the same sum leave a few 1e-6 of 3.
agrees() {
    printf 'a\tb\n%s\n' "$2" >"$tmp/found.tsv"
    printf 'a\tb\n%s\n' "$3" >"$tmp/expected.tsv"
    ok "$1" "$bin/compare" --atol 2e-5 "$tmp/found.tsv" "$tmp/expected.tsv"
}

# --- what is removed

ok 'budgets up to all heads but one' made --budgets 1,2,3,11 --rankings rising,falling,oracle
is '... are written' "$(budgets)" '1 2 3 11'
is '... with the number of heads' "$("$bin/inspect" --tensor heads "$out" | tail -n 1 | cut -f 2)" 12
is '... and a tensor a ranking' "$(tensors)" 'budgets falling/logits heads labels logits oracle/logits rising/logits'
agrees 'the whole model is as ablate has it' "$(rows logits '')" "$(rows logits '' "$ablation")"
agrees 'one head of a rising score is the first' "$(rows rising/logits '0	')" \
    "$(rows logits_without '[0-9]+	0	0	' "$ablation")"
agrees '... of a falling score the last' "$(rows falling/logits '0	')" \
    "$(rows logits_without '[0-9]+	2	3	' "$ablation")"
ok 'a table of the heads' "$bin/export" heads "$ablation" "$tmp/scores.safetensors" -o "$tmp/heads.tsv"
lowest=$(tail -n +2 "$tmp/heads.tsv" | sort -g -k 3,3 | head -n 1 | cut -f 1,2)
agrees '... of the oracle the one that matters least' "$(rows oracle/logits '0	')" \
    "$(rows logits_without "[0-9]+	$lowest	" "$ablation")"
is 'more heads leave other logits' \
    "$(for b in 0 1 2 3; do rows rising/logits "$b	" | md5sum; done | sort -u | wc -l)" 4

# --- order

ok 'ties' made --budgets 1,2,3,5,8 --rankings flat,rising,pairs,falling,entinv,gaps
is '... go by layer and head' "$(rows flat/logits '')" "$(rows rising/logits '')"
is '... among others too' "$(rows pairs/logits '')" "$(rows rising/logits '')"
is 'an entropy ranks by its inverse' "$(rows entinv/logits '')" "$(rows falling/logits '')"
is 'a sentence without a score is left out of the mean' "$(rows gaps/logits '')" "$(rows rising/logits '')"
is '... and other orders are other' \
    "$(for ranking in rising falling; do rows $ranking/logits '' | md5sum; done | sort -u | wc -l)" 2

# --- budgets

ok 'by default' prune --draws 1 --splits 0 "$tmp/scores.safetensors" "$tmp/gradients.safetensors"
is '... those below all heads, and shares of them' "$(budgets)" '1 3 5 6 10'
is '... the rankings of the published table, the oracle and chance' "$(tensors)" "attnorm/logits budgets entinv/logits \
gradmag/logits heads labels logits oan/logits oracle/logits random-000/logits tam/logits taylor/logits"
ok 'shares of twelve heads' made --budgets 2 --shares 1,4,8,50,75,99 --rankings flat
is '... are rounded, and those of none or all left out' "$(budgets)" '1 2 6 9'
ok 'budgets beyond all heads' made --budgets 4,12,40 --rankings flat
is '... are left out' "$(budgets)" 4
ok 'no budget below all heads' made --budgets 12,40 --rankings flat
is '... means all there are' "$(budgets)" '1 2 3 4 5 6 7 8 9 10 11'
for wrong in 0 -1 2,1 3,3 x 1.5 1,,2 1e3; do
    fails 2 "^prune: --budgets: '$wrong' is not a list of rising whole numbers" "--budgets $wrong" \
        made --budgets=$wrong --rankings flat
    fails 2 "^prune: --shares: '$wrong' is not a list of rising whole numbers" "--shares $wrong" \
        made --shares=$wrong --rankings flat
done
fails 2 "^prune: --shares: '100' is not" 'all heads as a share' made --shares 100 --rankings flat

# --- chance

few=(--splits 0 --shares '' --budgets '3,6')
ok 'random rankings' prune --rankings oan --draws 5 "${few[@]}" "$tmp/scores.safetensors"
is '... are numbered' "$(tensors | grep -o 'random-[0-9]*' | xargs)" \
    'random-000 random-001 random-002 random-003 random-004'
is '... and differ' "$(for i in 0 1 2 3 4; do rows random-00$i/logits '' | md5sum; done | sort -u | wc -l)" 5
cp "$out" "$tmp/five.safetensors"
ok 'again' prune --rankings oan --draws 5 "${few[@]}" "$tmp/scores.safetensors"
ok '... the same bytes' cmp "$out" "$tmp/five.safetensors"
ok 'fewer draws' prune --rankings oan --draws 3 "${few[@]}" "$tmp/scores.safetensors"
ok '... are the first of more' "$bin/compare" \
    --tensor random-000/logits,random-001/logits,random-002/logits,oan/logits "$out" "$tmp/five.safetensors"
ok 'another seed' prune --seed 2 --rankings oan --draws 5 "${few[@]}" "$tmp/scores.safetensors"
is '... draws others' \
    "$("$bin/compare" --tensor random-000/logits "$out" "$tmp/five.safetensors" 2>&1 | grep -c ': disagrees')" 1
ok '... and leaves the rest' "$bin/compare" --tensor oan/logits,logits "$out" "$tmp/five.safetensors"
ok 'chance alone' prune --rankings '' --draws 1 --budgets 3 "$tmp/scores.safetensors"

ok 'random rankings within the layers' \
    prune --rankings oan --draws 5 --draws-within-layers 4 --splits 0 --shares '' --budgets 3,6,11 "$tmp/scores.safetensors"
is '... are numbered by themselves' "$(tensors | grep -o 'random_layers-[0-9]*' | xargs)" \
    'random_layers-000 random_layers-001 random_layers-002 random_layers-003'
is '... and differ' "$(for i in 0 1 2 3; do rows random_layers-00$i/logits '0	' | md5sum; done | sort -u | wc -l)" 4
# Three heads are then one of each layer: one of 64 ways.
perl tests/edit-tensors.pl "$tmp/made.safetensors" "$tmp/triples.safetensors" '
    if ($name eq "flat") {
        for my $i (0 .. 63) {
            my @one = ($i % 4, 4 + $i / 4 % 4, 8 + $i / 16);
            add("one-$i", "F64", [@shape], map { my $h = $_ % 12; (grep { int $_ == $h } @one) ? 0 : 1 } 0 .. $#values);
        }
    }
    $name = ""'
cp "$out" "$tmp/even.safetensors"
ok '... one of each layer, in all ways' prune --draws 0 --splits 0 --shares '' --budgets 3 \
    --rankings "$(seq -s , -f 'one-%g' 0 63)" "$tmp/triples.safetensors"
ways=$(for i in {0..63}; do rows "one-$i/logits" '' | md5sum; done)
for i in 0 1 2 3; do
    is "... draw $i of three heads is among them" \
        "$(grep -c "$(rows random_layers-00$i/logits '0	' "$tmp/even.safetensors" | md5sum)" <<<"$ways")" 1
done

# --- one half ranks, the other measures

crossed() { prune --draws 1 --shares '' --budgets 2,5 "$@"; }
# halves NUMBER SPLIT [FILE]: the sentences in that half, as a regular expression.
halves() {
    "$bin/inspect" --tensor half "${3:-$out}" | awk -v half="$1" -v row="$2" '
        !/^[#i]/ && $1 == row { for (s = 2; s <= NF; s++) if ($s == half) printf "%s%d", (n++ ? "|" : ""), s - 2 }'
}
ok 'cross-fitted' crossed --splits 3 --rankings rising,entinv "$tmp/made.safetensors"
is '... are the rankings, and the halves' "$(tensors)" \
    'budgets entinv/cross_fitted entinv/logits half heads labels logits random-000/logits rising/cross_fitted rising/logits'
for split in 0 1 2; do
    is "... a ranking that every sentence has is the same by half, split $split" \
        "$(rows rising/cross_fitted "$split	")" "$(rows rising/logits '')"
done
cp "$out" "$tmp/three.safetensors"
# By the sentences of the first half heads rise, by those of the other they fall.
HALF=" $(halves 1 0 | tr '|' ' ') " perl tests/edit-tensors.pl "$tmp/made.safetensors" "$tmp/turned.safetensors" '
    if ($name eq "rising") {
        for my $i (0 .. $#values) { my $s = int($i / 12); $values[$i] *= -1 if $ENV{HALF} =~ / $s / }
    } elsif ($name ne "falling") { $name = "" }'
ok 'halves that contradict each other' crossed --splits 3 --rankings rising,falling "$tmp/turned.safetensors"
is '... are drawn as before' "$(halves 1 0)" "$(halves 1 0 "$tmp/three.safetensors")"
for budget in 0 1; do
    is "... the falling half ranks for the rising one, budget $budget" \
        "$(rows rising/cross_fitted "0	$budget	($(halves 0 0))	")" "$(rows falling/logits "$budget	($(halves 0 0))	")"
    is '... and the other way round' \
        "$(rows rising/cross_fitted "0	$budget	($(halves 1 0))	")" \
        "$(rows rising/logits "$budget	($(halves 1 0))	" "$tmp/three.safetensors")"
done
length=$("$bin/inspect" --tensor offsets "$tokens" | awk '$1 == "1" { print $2 }')
LENGTH=$length perl tests/edit-tensors.pl "$tokens" "$tmp/one-tokens.safetensors" '
    @shape = ($name eq "ids" ? $ENV{LENGTH} : $name eq "offsets" ? 2 : 1); $#values = $shape[0] - 1'
ok 'a single sentence' "$bin/ablate" --removals zero $model "$tmp/one-tokens.safetensors" -o "$tmp/one.safetensors"
ok '... and pruned' "$bin/prune" --rankings oracle "$model" "$tmp/one-tokens.safetensors" "$tmp/one.safetensors" -o "$out"
is '... without halves' "$(tensors | grep -c 'half\|cross')" 0

# --- refusals

rm "$out"
refuses() { fails "$1" "^prune: $2" "${@:3}"; }
refuses 1 "none of the files has the score 'oen'" 'an unknown score' made --rankings oen
refuses 1 "score 'hole' is not defined for every head" 'a score with a hole' made --rankings hole
refuses 1 "score 'gradmag_nolast' is not defined for every head" 'a score without the last layer' \
    prune --rankings gradmag_nolast "$tmp/gradients.safetensors"
refuses 1 ".*made\.safetensors: score '.*' was read before" 'the same scores twice' \
    made --rankings flat "$tmp/made.safetensors"
refuses 2 "--rankings names 'flat' twice" 'the same ranking twice' made --rankings flat,rising,flat
refuses 2 '--rankings names none and --draws is 0' 'no ranking' made --rankings ''
is 'nothing is left of what failed' "$(find "$tmp" -name 'retention*')" ''

finish
