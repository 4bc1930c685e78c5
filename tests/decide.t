#!/usr/bin/env bash
# decide.t: made-up runs for every verdict, judged as NumPy and SciPy judge them; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

rule=data/boundary/rule.tsv
fixture=tests/fixtures/decide
out=$tmp/out.tsv

decide() { "$bin/decide" "$@" -o "$out"; }
# cell ROW NAME: a cell of the table written last, by its row's first cell.
cell() { env/cell.sh "$out" "$2" "1=$1"; }

# check_case CASE VERDICT: all four tables. Nine digits were written: 5e-9 of a number.
check_case() {
    local table
    for table in parts claims runs omitted; do
        ok "$1: $table" decide $table $rule "$fixture/$1.tsv"
        if [ "$(wc -l <"$fixture/$1-$table.tsv")" -gt 1 ]; then
            ok '... as SciPy has them' "$bin/compare" --rtol 5.1e-9 --atol 1e-9 "$out" "$fixture/$1-$table.tsv"
        else
            ok '... none' cmp "$out" "$fixture/$1-$table.tsv"
        fi
        [ $table != claims ] || is "... $2" "$(cell verdict holds)" "$2"
    done
}
# What each case was made for is said here once more, so that both programs cannot err alike.
check_case structure structure
check_case depth depth
check_case falling depth
check_case yardstick yardstick
check_case several 'structure, yardstick'
check_case none 'not decided'
check_case undecided 'no boundary'
check_case no-boundary 'no boundary'
check_case flaws structure
check_case no-overlap 'not decided'
check_case missing-seeds yardstick

ok 'claims of too few runs' decide claims $rule $fixture/missing-seeds.tsv
is '... are not run' "$(cell 'no boundary' holds), $(cell structure holds), $(cell depth holds)" \
    'not run, not run, not run'
ok 'claims that the runs leave open' decide claims $rule $fixture/undecided.tsv
is '... are not decided' "$(cell structure holds), $(cell depth holds), $(cell yardstick holds)" \
    'not decided, not decided, not decided'
ok 'depth that rises' decide claims $rule $fixture/depth.tsv
is '... is positive' "$(awk -v r="$(cell depth estimate)" 'BEGIN { print (r > 0.4) }')" 1
ok 'depth that falls' decide claims $rule $fixture/falling.tsv
is '... is negative' "$(awk -v r="$(cell depth estimate)" 'BEGIN { print (r < -0.4) }')" 1

# --- files

awk -F '\t' -v folder="$tmp" 'NR == 1 { header = $0; next }
    { file = folder "/" $1 ".tsv"; if (!seen[file]++) print header >file; print >file }' $fixture/flaws.tsv
ok 'a file for each run' decide parts $rule "$tmp"/*-s*.tsv
ok '... is the same' "$bin/compare" --rtol 5.1e-9 --atol 1e-9 "$out" $fixture/flaws-parts.tsv
cp "$out" "$tmp/parts"
# shellcheck disable=SC2046
ok 'the files in another order' decide parts $rule $(printf '%s\n' "$tmp"/*-s*.tsv | sort -r)
ok '... give the same bytes' cmp "$out" "$tmp/parts"
for table in claims parts omitted runs; do
    ok "$table of no runs" decide $table $rule
done
ok 'without runs' decide claims $rule
is '... nothing is decided' "$(cut -f 9 "$out" | xargs -d '\n')" 'holds not run not run not run not run not decided'

ok 'what measure-snapshot writes' decide runs $rule tests/fixtures/correlate/snapshot.tsv
is '... is a run' "$(cell four-s1 best_step)" 32

# --- refusals

echo before >"$out"
fails 2 "unknown table 'cake' .expected claims" 'an unknown table' decide cake $rule
fails 2 'expected WHAT RULE' 'no rule' decide claims

# broken_rule REGEX NAME SED
broken_rule() {
    sed "$3" $rule >"$tmp/rule.tsv"
    fails 1 "^decide: $tmp/rule.tsv: (line [0-9]+: )?$1" "a rule with $2" decide claims "$tmp/rule.tsv" $fixture/structure.tsv
}
broken_rule "has no 'points'" 'a missing row' '/^points/d'
broken_rule 'has no column .value.' 'a missing column' '1s/value/number/'
broken_rule "line 16: 'points' is there twice" 'a row twice' '$s/.*/points\t9\t/'
broken_rule 'has 16 rows .expected 15' 'an unknown row' '$a\extra\t1\t'
broken_rule "has no '" 'no rows' '2,$d'
broken_rule "'points' is 1 .expected a whole number from 2" 'one point' 's/^points\t9/points\t1/'
broken_rule "'points' is 9.5 .expected a whole" 'half a point' 's/^points\t9/points\t9.5/'
broken_rule "'least_seeds' is 1 " 'one seed' 's/^least_seeds\t3/least_seeds\t1/'
broken_rule "'confidence' is nan" 'no confidence' 's/^confidence\t0.95/confidence\tNA/'
broken_rule "'confidence' is 1 " 'certainty' 's/^confidence\t0.95/confidence\t1/'
broken_rule "value is 'a lot'" 'words for numbers' 's/^depth_least\t0.25/depth_least\ta lot/'
broken_rule "value is '0.25x'" 'letters after a number' 's/^depth_least\t0.25/depth_least\t0.25x/'
broken_rule "coefficient is 'pearson'" 'another coefficient' 's/cross_fitted/pearson/'
broken_rule "'method' has no value" 'no method' 's/^method\toan/method\t/'

# broken_runs REGEX NAME AWK: the code sees the cells of row 5.
broken_runs() {
    awk -F '\t' -v OFS='\t' "NR == 5 { $3 } { print }" $fixture/structure.tsv >"$tmp/broken.tsv"
    fails 1 "^decide: $tmp/broken.tsv: $1" "a run with $2" decide claims $rule "$tmp/broken.tsv"
}
for name in four four-1 four-s four-sx four-s1x -s1 four-s1234567890123456; do
    broken_runs "line 5: run is '$name' .expected CONDITION-sSEED" "the name $name" "\$1 = \"$name\""
done
broken_runs 'line 5: step is 2.5 .expected a whole' 'half a step' '$2 = 2.5'
broken_runs 'line 5: step is 0 ' 'no step' '$2 = 0'
broken_runs "line 5: step is 'x'" 'a step that is no number' '$2 = "x"'
broken_runs 'line 5: depth is 0 ' 'no depth' '$5 = 0'
broken_runs 'line 5: depth is nan ' 'an undefined depth' '$5 = "NA"'
broken_runs 'line 5: depth_reading is 1.5 ' 'a depth above 1' '$6 = 1.5'
broken_runs 'line 5: held_out_accuracy is 85 ' 'an accuracy in percent' '$7 = 85'
broken_runs "line 5: reliability is 'inf'" 'an infinite reliability' '$11 = "inf"'
broken_runs 'line 5: cross_fitted is 1.1 ' 'a correlation above 1' '$13 = 1.1'
broken_runs 'line 5: within_layer is -2 ' 'a correlation below -1' '$14 = -2'
broken_runs 'line 5 has 13 cells' 'a cell too few' 'NF = 13'
cut -f 1-12,14 $fixture/structure.tsv >"$tmp/broken.tsv"
fails 1 "broken.tsv: has no column 'cross_fitted'" 'a run without a column' decide claims $rule "$tmp/broken.tsv"
sed 's/\toan\t/\ttam\t/' $fixture/structure.tsv >"$tmp/broken.tsv"
fails 1 "broken.tsv: has no row of the method 'oan'" 'a run without the method' decide claims $rule "$tmp/broken.tsv"
fails 1 "run four-s1 has step 16 twice in the reading 'max'" 'a run twice' \
    decide claims $rule $fixture/structure.tsv $fixture/depth.tsv
fails 1 'none.tsv: cannot open' 'a missing file' decide claims $rule "$tmp/none.tsv"
is 'what stood there was never touched' "$(cat "$out")" before
is '... and nothing is left beside it' "$(find "$tmp" -name 'out.tsv.*')" ''

finish
