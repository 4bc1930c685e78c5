#!/usr/bin/env bash
# correlate.t: correlate and export against NumPy and SciPy; that chance is seeded; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

fixture=tests/fixtures/correlate
ablation=$fixture/ablation.safetensors
retention=$fixture/retention.safetensors
base=$fixture/base.safetensors
other=$fixture/other.safetensors
scores=("$fixture/scores.safetensors" "$fixture/gradients.safetensors")
out=$tmp/out.tsv

correlate() { "$bin/correlate" "$@" -o "$out"; }
export_table() { "$bin/export" "$@" -o "$out"; }
retention_table() { "$bin/measure-retention" "$@" -o "$out"; }
# quick: as make-correlate.py computed it.
quick=(--seed 7 --splits 30 --resamples 200 --resample-splits 3 --permutations 999 --draws 100)
# agrees NAME TABLE: what was written last is the fixture's table. Nine digits were written: 5e-9 of a number.
agrees() { ok "$1" "$bin/compare" --rtol 5.1e-9 --atol 1e-12 "$out" "$fixture/$2"; }
broken() { echo "$fixture/broken/$1.safetensors"; }
# column METHOD NAME: a cell of the table written last.
column() {
    awk -F '\t' -v method="$1" -v name="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i }
        $1 == method { print $c }' "$out"
}

# --- correlate

all=("${quick[@]}" --retention "$retention" --base "$base" --other "$other" "$ablation" "${scores[@]}")
ok 'correlate takes all files' correlate "${all[@]}"
agrees '... correlations, intervals, p-values and retention are those of SciPy' methods.tsv
is '... an undefined correlation is NA' "$(column attnorm spearman)" NA
is '... the oracle is exact' "$(column oracle spearman) $(column oracle ci_low)" '1 NA'
cp "$out" "$tmp/all.tsv"
for threads in 1 2 5; do
    ok "$threads threads" correlate --threads "$threads" "${all[@]}"
    ok '... give the same bytes' cmp "$out" "$tmp/all.tsv"
done
ok 'differences' correlate --differences "$tmp/differences.tsv" "${all[@]}"
ok '... of correlations, paired by resample, are those of NumPy' \
    "$bin/compare" --rtol 5.1e-9 --atol 1e-11 "$tmp/differences.tsv" "$fixture/differences.tsv"
ok '... change nothing else' cmp "$out" "$tmp/all.tsv"
ok '... from another method' \
    correlate --compare random --differences "$tmp/other.tsv" "${quick[@]}" "$ablation" "${scores[@]}"
is '... have the opposite sign' "$(awk '$2 == "oan" { print $3, $4, $5 }' "$tmp/other.tsv")" \
    "$(awk -v OFMT=%.9g '$2 == "random" { print -$3, -$5, -$4 }' "$tmp/differences.tsv")"
ok 'the order of score files' \
    correlate "${quick[@]}" --retention "$retention" --base "$base" --other "$other" "$ablation" "${scores[1]}" "${scores[0]}"
ok '... changes nothing' cmp "$out" "$tmp/all.tsv"

ok 'neither retention nor base' correlate "${quick[@]}" "$ablation" "${scores[@]}"
is '... leaves no budgets' "$(head -n 1 "$out" | cut -f 1-8 | tr '\t' ' ')" \
    'method spearman ci_low ci_high p layer_spearman retention_mean spearman_shift'
is '... retention undefined' "$(cut -f 7 "$out" | sort -u | xargs)" 'NA retention_mean'
is '... and no controls of other models' "$(grep -Ec '^oan_(base|other)' "$out")" 0
is '... the correlations as before' "$(cut -f 1-6,8- "$out")" \
    "$(cut -f 1-6,16- "$tmp/all.tsv" | grep -Ev '^oan_(base|other)')"
cp "$out" "$tmp/seven.tsv"
ok 'another seed' correlate "${quick[@]}" --seed 8 "$ablation" "${scores[@]}"
is '... leaves the observed correlations' "$(cut -f 1,2 "$out" | grep -v random)" \
    "$(cut -f 1,2 "$tmp/seven.tsv" | grep -v random)"
is '... and draws anew' "$(cmp -s "$out" "$tmp/seven.tsv" || echo other)" other
ok 'a whole model without a margin' \
    correlate "${quick[@]}" --retention $fixture/retention-weak.safetensors $fixture/ablation-weak.safetensors "${scores[@]}"
is '... has no retention' "$(column oan retention_mean) $(column oan retention_k5)" 'NA NA'
is '... but an accuracy' "$(column oan accuracy_k8)" 53.3333333
ok 'two layers and three sentences are enough' correlate "$(broken sound)" "$(broken sound-scores)"
is '... but not for a correlation of layers' "$(column oan layer_spearman) $(column oan layer_p)" 'NA NA'
is '... nor within them' "$(column oan within_layer) $(column oan within_layer_low)" 'NA NA'

perl tests/edit-tensors.pl "$fixture/scores.safetensors" "$tmp/constant.safetensors" '
    $name = "" if $name ne "oan"; $_ = 2.5 for @values'
ok 'a score that is the same everywhere' correlate "${quick[@]}" "$ablation" "$tmp/constant.safetensors"
is '... correlates with nothing' "$(column oan spearman) $(column oan cross_fitted) $(column oan within_layer)" 'NA NA NA'
is '... and is carried by all sentences' "$(column oan effective_sentences)" 15

# 13 layers of one head each: more than have countable permutations
deep='if (@shape > 2) { @shape[1, 2] = (13, 1); @values = map { sin($_ ** 2) } 1 .. 39 * ($shape[3] || 1) }'
perl tests/edit-tensors.pl "$(broken sound)" "$tmp/deep.safetensors" "$deep"
perl tests/edit-tensors.pl "$(broken sound-scores)" "$tmp/deep-scores.safetensors" "$deep"
ok '13 layers' correlate "$tmp/deep.safetensors" "$tmp/deep-scores.safetensors"
is '... are all in their correlation' "$(column oan layer_count) $(column oan layer_spearman)" "13 $(column oan spearman)"
is '... whose p is drawn, with an error' \
    "$(awk -v p="$(column oan layer_p)" -v e="$(column oan layer_p_error)" 'BEGIN { print (p > 0 && p < 1 && e > 0 && e < 0.01) }')" 1

# --- export

ok 'export writes heads' export_table --base "$base" heads "$ablation" "${scores[@]}"
agrees '... means over sentences, entropies inverted after it' heads.tsv
ok 'heads in a group reading' \
    export_table --groups cs=calm+sad --columns taylor,ablation_cs,ablation heads "$ablation" "${scores[@]}"
agrees '... and the columns that are wanted, in the order of the tables' heads-groups.tsv
fails 1 "there is no column 'cake'" 'a column that is not there' \
    export_table --columns taylor,cake heads "$ablation" "${scores[@]}"
fails 1 "has no class 'merry'" 'groups of other classes' export_table --groups a=merry heads "$ablation" "${scores[@]}"
ok 'export writes harmful heads' export_table --seed 7 --resamples 200 harmful "$ablation"
agrees '... by class, raw and centred, with a bootstrap and the p of all heads together' harmful.tsv
perl tests/edit-tensors.pl "$ablation" "$tmp/held.safetensors" \
    '@y = (0, 2, 1, 0, 1, 2, 0, 0, 1, 2, 0, 1, 0, 0, 1);
    $name eq "logits_without" and $_ / 3 % 12 == 5 and $values[$_] += 2 * ($_ % 3 == $y[$_ / 36]) for 0 .. $#values'
ok 'a head that holds the true class down' export_table harmful "$tmp/held.safetensors"
is '... is found, whichever other heads are tested' "$(awk -F '\t' '$1 == "all" && $10 < 0.05 { print $2, $3, $4 }' "$out" |
    xargs)" 'raw 1 2 centred 1 2'
cp "$out" "$tmp/harmful.tsv"
ok '... and counted' export_table facts "$tmp/held.safetensors" "${scores[@]}"
is '... as often' "$(column harmful_heads value) $(column harmful_heads_holm value)" "$(awk -F '\t' '
    $1 == "all" && $2 == "raw" { low += $8 < 0; holm += $10 < 0.05 } END { print low, holm }' "$tmp/harmful.tsv")"
ok 'export writes logits' export_table logits "$ablation"
agrees '... under the names of the classes' logits.tsv
ok 'logits without names' export_table logits "$(broken sound)"
is '... are of class_0, class_1' "$(head -n 1 "$out" | cut -f 3-)" "$(printf 'class_0\tclass_1')"
ok 'what is left' retention_table --seed 7 --resamples 1000 retention "$retention"
agrees '... with the quantiles of random rankings, and cross-fitted' retention.tsv
is '... what lies above the whole model' "$(awk -F '\t' '$NF == 1 { print $1 }' "$out" | sort -u)" oan
ok 'retention of a model without a margin' retention_table --resamples 1000 retention $fixture/retention-weak.safetensors
agrees '... is undefined' retention-weak.tsv
ok 'what is kept beside random rankings' retention_table --seed 7 --resamples 1000 kept "$retention"
agrees '... for the same sentences, and over the budgets' kept.tsv
ok 'without a margin' retention_table --resamples 1000 kept $fixture/retention-weak.safetensors
is '... nothing is' "$(wc -l <"$out")" 1
perl tests/edit-tensors.pl "$retention" "$tmp/no-random.safetensors" '$name = "" if $name =~ /^random/'
ok 'without random rankings' retention_table --resamples 1000 kept "$tmp/no-random.safetensors"
is '... it is undefined' "$(cut -f 3- "$out" | tail -n +2 | sort -u | xargs)" 'NA NA NA NA NA NA NA NA'
fails 1 "there is no ranking 'cake' .named by --beside" 'beside what is not there' \
    retention_table --beside cake kept "$retention"
fails 1 "ranking 'entinv' .named by --beside. is not cross-fitted" 'beside what is not cross-fitted' \
    retention_table --beside entinv kept "$retention"
# One random ranking, twice; and a method that ranks like it: what lies beside the one lies beside the other.
perl tests/edit-tensors.pl "$retention" "$tmp/twin.safetensors" 'if ($name eq "random-000/logits") {
    add("random-001/logits", $dtype, [@shape], @values);
    add("twin/logits", $dtype, [@shape], @values);
    add("twin/cross_fitted", $dtype, [1, @shape], @values);
} elsif ($name =~ /^random/) { $name = "" }'
ok 'beside one draw' retention_table --resamples 1000 kept "$tmp/twin.safetensors"
grep -v ^twin "$out" >"$tmp/beside-random.tsv"
ok 'beside a method' retention_table --resamples 1000 --beside twin kept "$tmp/twin.safetensors"
grep -v ^twin "$out" >"$tmp/beside-twin.tsv"
ok '... it is the same' "$bin/compare" --rtol 1e-8 --atol 1e-8 "$tmp/beside-twin.tsv" "$tmp/beside-random.tsv"
is '... which is nothing beside itself' "$(awk -F '\t' '$1 == "twin" { print $6, $7, $8 }' "$out" | sort -u)" 'NA NA NA'
is '... and a single split has no error' "$(awk -F '\t' '$1 == "twin" { print $10 }' "$out" | sort -u)" NA
# Two files: the rankings of both, at the budgets of both.
perl tests/edit-tensors.pl "$retention" "$tmp/some.safetensors" '$name = "" if $name =~ /^(oan|tam)/'
perl tests/edit-tensors.pl "$retention" "$tmp/others.safetensors" '$name = "" if $name =~ m{/} && $name !~ /^(oan|tam)/'
ok 'two files' retention_table --seed 7 --resamples 1000 kept "$tmp/some.safetensors" "$tmp/others.safetensors"
agrees '... are as one' kept.tsv
ok '... in any order' retention_table --seed 7 --resamples 1000 retention "$tmp/others.safetensors" "$tmp/some.safetensors"
agrees '... with all that is known of them' retention.tsv
perl tests/edit-tensors.pl "$tmp/others.safetensors" "$tmp/four.safetensors" \
    'if ($name eq "budgets") { $_ == 5 and $_ = 4 for @values }'
ok 'of other budgets' retention_table --seed 7 --resamples 1000 kept "$tmp/some.safetensors" "$tmp/four.safetensors"
awk -F '\t' '$2 != "mean"' "$out" >"$tmp/both.tsv"
awk -F '\t' '$2 != "mean" && $2 != 5' $fixture/kept.tsv >"$tmp/before.tsv"
ok '... those of both are as before' "$bin/compare" --rtol 5.1e-9 --atol 1e-12 "$tmp/both.tsv" "$tmp/before.tsv"
is '... and a mean of none is none' "$(awk -F '\t' '$2 == "mean"' "$out" | cut -f 3- | sort -u | xargs)" 'NA NA NA NA NA NA NA NA'
perl tests/edit-tensors.pl "$tmp/others.safetensors" "$tmp/odd.safetensors" \
    'if ($name eq "budgets") { @values = (1, 3, 7, 9) }'
perl tests/edit-tensors.pl "$tmp/others.safetensors" "$tmp/relabelled.safetensors" \
    '@values = (@values[1 .. $#values], $values[0]) if $name eq "labels"'
fails 1 'odd.safetensors: has no budget in common' 'no budget in common' \
    retention_table kept "$tmp/some.safetensors" "$tmp/odd.safetensors"
fails 1 'some.safetensors: has the ranking .* again' 'a ranking in both' \
    retention_table kept "$tmp/some.safetensors" "$tmp/some.safetensors"
fails 1 'relabelled.safetensors: its labels are not those' 'other sentences' \
    retention_table kept "$tmp/some.safetensors" "$tmp/relabelled.safetensors"
# What prune-greedily --cross writes is cross-fitted as it is.
perl tests/edit-tensors.pl "$tmp/twin.safetensors" "$tmp/greedy.safetensors" '$name =~ s/^twin/greedy_cross/; $name = "" if $name =~ /^greedy_cross.cross/'
ok 'greedy removal' retention_table --resamples 1000 kept "$tmp/greedy.safetensors"
is '... is cross-fitted as it is' "$(grep ^greedy_cross "$out" | cut -f 3-)" "$(
    retention_table --resamples 1000 kept "$tmp/twin.safetensors"; grep ^twin "$out" | cut -f 3-)"
ok '... and there is no chance' retention_table chance "$tmp/no-random.safetensors"
is '... of anything' "$(wc -l <"$out")" 1
ok 'what random rankings leave' retention_table chance "$retention"
is '... at each budget is what the other tables say' \
    "$(awk -F '\t' '$1 == "random" && $2 != "mean" { printf "%d %.4f %.4f %.4f\n", $2, $4, $5, $6 }' "$out")" \
    "$(awk -F '\t' '$1 == "random" && $2 > 0 { printf "%d %.4f %.4f %.4f\n", $2, $4, $6, $7 }' $fixture/retention.tsv)"
is '... and what 95 % do not exceed' "$(awk -F '\t' '$1 == "random" { printf "%s %.4f\n", $2, $7 }' "$out")" \
    "$(awk -F '\t' '$1 == "oan" { printf "%s %.4f\n", $2, $9 }' $fixture/kept.tsv)"
fails 2 'unknown table .cake. .expected retention, kept or chance' 'it knows its tables' retention_table cake "$retention"
ok 'export writes facts' export_table --seed 7 --retention "$retention" --tokens $fixture/tokens.safetensors \
    facts "$ablation" "${scores[@]}"
agrees '... reliability, too' facts.tsv
ok 'facts without gradients' export_table facts "$ablation" "${scores[0]}"
is '... are undefined' "$(column gradient_cv value)" NA

# --- usage

fails 2 'unknown table .cake.' 'export knows its tables' export_table cake "$ablation"
fails 2 'logits: expected one file, found 2' 'logits are of one file' export_table logits "$ablation" "$ablation"
fails 2 'harmful: expected one file, found 2' 'harmful heads are of one file' \
    export_table harmful "$ablation" "${scores[0]}"
fails 2 'heads: expected ABLATION SCORES' 'heads need scores' export_table heads "$ablation"
fails 2 'expected ABLATION SCORES' 'correlate needs scores' correlate "$ablation"
fails 2 '-o OUT is missing' 'and an output' "$bin/correlate" "$ablation" "${scores[@]}"
fails 1 "there is no method 'cake'" 'differences from nothing' \
    correlate --differences "$tmp/none.tsv" --compare cake "${quick[@]}" "$ablation" "${scores[@]}"
fails 2 "--resamples: '1' is not a number from 2" 'one resample has no deviation' correlate --resamples 1 "$ablation" "${scores[@]}"

# --- refusals: the program, the file, what is wrong; the output stays as it was

echo before >"$out"
# refuses REGEX NAME ABLATION [SCORES [RETENTION]]: by correlate and, without retention, by export.
refuses() {
    local regex=$1 name=$2 files=("$3" "${4:-$(broken sound-scores)}")
    fails 1 "^correlate: .*$regex" "$name" correlate ${5:+--retention "$5"} "${files[@]}"
    [ -n "${5:-}" ] || fails 1 "^export: .*$regex" '... by export as well' export_table heads "${files[@]}"
}
ok 'the files that the broken ones vary are sound' \
    "$bin/correlate" --retention "$(broken sound-retention)" "$(broken sound)" "$(broken sound-scores)" \
    -o "$tmp/sound.tsv"
refuses 'none.safetensors: cannot open' 'a missing ablation' "$tmp/none.safetensors"
refuses 'none.safetensors: cannot open' 'a missing score file' "$ablation" "$tmp/none.safetensors"
head -c 5000 "$ablation" >"$tmp/short.safetensors"
refuses 'short.safetensors: ' 'a truncated ablation' "$tmp/short.safetensors"
head -c 1000 "${scores[0]}" >"$tmp/short.safetensors"
refuses 'short.safetensors: ' 'a truncated score file' "$ablation" "$tmp/short.safetensors"
head -c 20000 "$retention" >"$tmp/short.safetensors"
refuses 'short.safetensors: ' 'a truncated retention' "$ablation" "${scores[0]}" "$tmp/short.safetensors"
refuses "'logits': element 3 is not finite" 'a logit that is no number' "$(broken nan-logits)"
refuses "'logits_without': element 0 is not finite" 'an infinite logit' "$(broken infinite-logits)"
refuses "'labels': element 1 is no class .found 2, expected 0 to 1" 'a label beyond the classes' "$(broken label-range)"
refuses "'labels': element 1 is no class .found -1" 'a negative label' "$(broken label-negative)"
refuses "'labels' has shape \[2\] where \[3\]" 'too few labels' "$(broken labels-short)"
refuses "no tensor 'labels'" 'no labels' "$(broken no-labels)"
refuses "no tensor 'logits_without'" 'no ablation' "$(broken no-ablation)"
refuses '1 classes' 'a single class' "$(broken one-class)"
refuses 'no heads' 'no heads' "$(broken no-heads)"
refuses "'logits_without_mean' has shape" 'another shape of the mean-ablation' "$(broken other-mean)"
refuses "'oan' has shape \[4, 2, 2\] where \[3, 2, 2\]" 'scores of other sentences' \
    "$(broken sound)" "$(broken other-sentences)"
refuses 'holds no scores' 'a score file without scores' "$(broken sound)" "$(broken no-scores)"
refuses "score 'oracle', a name that is kept" 'a score named as a control' "$(broken sound)" "$(broken control-name)"
fails 1 "'[a-z]+' was read before" 'the same score twice' correlate "$ablation" "${scores[0]}" "${scores[0]}"
fails 1 "no tensor 'oan'" 'a base without oan' \
    correlate --base "$(broken no-oan)" "$(broken sound)" "$(broken sound-scores)"
fails 1 "'oan' has shape" 'a base of other heads' correlate --base "$base" "$(broken sound)" "$(broken sound-scores)"
fails 1 "'oan' has shape" 'another model of other heads' \
    correlate --other "$other" "$(broken sound)" "$(broken sound-scores)"
for wrong in nan-logits infinite-logits label-range labels-short no-labels no-ablation one-class no-heads; do
    fails 1 "^export: .*$wrong.safetensors: " "harmful heads of $wrong" export_table harmful "$(broken $wrong)"
done
retained() { refuses "$1" "$2" "$(broken sound)" "$(broken sound-scores)" "$3"; }
retained '15 sentences, 3 classes and 12 heads .expected 3, 2 and 4' 'retention of other sentences' "$retention"
retained 'labels are not those' 'retention of other labels' "$(broken other-labels)"
perl tests/edit-tensors.pl "$(broken sound-retention)" "$tmp/another.safetensors" '$values[0] += 0.1 if $name eq "logits"'
retained "not those of the file before it: another model's" 'retention of another model' "$tmp/another.safetensors"
retained '6 heads' 'retention of other heads' "$(broken other-heads)"
retained '1 is there twice' 'a budget twice' "$(broken twice-budget)"
retained 'cannot remove 4 of 4 heads' 'a budget of all heads' "$(broken all-heads)"
retained 'holds no rankings' 'retention of no ranking' "$(broken no-rankings)"
retained "'oan/logits' has shape" 'a ranking of other budgets' "$(broken ranking-shape)"
# crossed NAME REGEX CODE: a sound retention to which CODE adds something cross-fitted.
crossed() {
    perl tests/edit-tensors.pl "$(broken sound-retention)" "$tmp/crossed.safetensors" "if (\$name eq 'oan/logits') { $3 }"
    retained "$2" "$1" "$tmp/crossed.safetensors"
}
perl tests/edit-tensors.pl "$(broken sound-retention)" "$tmp/crossed.safetensors" \
    'add("oan/cross_fitted", "F64", [2, 1, 3, 2], 1 .. 12) if $name eq "oan/logits"'
ok 'sound cross-fitted logits' "$bin/correlate" --retention "$tmp/crossed.safetensors" "$(broken sound)" \
    "$(broken sound-scores)" -o "$tmp/sound.tsv"
crossed 'cross-fitted logits of no ranking' "'tam/cross_fitted' is of no ranking" \
    'add("tam/cross_fitted", "F64", [2, 1, 3, 2], 1 .. 12)'
crossed '... of two draws' "'random-001/cross_fitted' is of no ranking, or of one among many" \
    'add("random-00$_/logits", "F64", [1, 3, 2], 1 .. 6), add("random-00$_/cross_fitted", "F64", [2, 1, 3, 2], 1 .. 12)
        for 0, 1'
crossed '... of other budgets' "'oan/cross_fitted' has shape \[1, 2, 3, 2\]" \
    'add("oan/cross_fitted", "F64", [1, 2, 3, 2], 1 .. 12)'
crossed '... of no split' "'oan/cross_fitted' is of no splits" 'add("oan/cross_fitted", "F64", [0, 1, 3, 2])'
crossed '... that are no numbers' "'oan/cross_fitted': element 5 is not finite" \
    'add("oan/cross_fitted", "F64", [1, 1, 3, 2], 1 .. 5, "nan")'
is 'what stood there was never touched' "$(cat "$out")" before
is '... and nothing is left beside it' "$(find "$tmp" -name 'out.tsv.*')" ''
fails 1 'cannot create' 'a folder that is not there' "$bin/export" logits "$ablation" -o "$tmp/none/out.tsv"

finish
