#!/usr/bin/env bash
# pool-sentences.t: which texts are one item, what becomes of it, and what is told.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

out=$tmp/out.tsv
pool() { "$bin/pool-sentences" "$@" -o "$out"; }
# tsv NAME LINE...: a sentence file, printf escapes allowed.
tsv() {
    printf 'sentence\tlabel\n' >"$tmp/$1.tsv"
    [ $# -eq 1 ] || printf '%b\n' "${@:2}" >>"$tmp/$1.tsv"
    echo "$tmp/$1.tsv"
}
# written: its sentences and labels.
written() { tail -n +2 "$out"; }

# the same last 60 letters and digits twice; more than 60 after another beginning; fewer
story='the ferry sank at night off the coast, and 140 of its 212 passengers were saved'
shouted='THE FERRY SANK AT NIGHT OFF THE COAST -- AND 140 OF ITS 212 PASSENGERS WERE SAVED...'
other='A freighter sank at night off the coast, and 140 of its 212 passengers were saved'
far='A freighter went down off the coast, and 140 of its 212 passengers were saved'

first=$(tsv first "$story\tWorld" 'unrelated\tSports' "Rescue at Sea: $story\tWorld")
second=$(tsv second "$shouted\tWorld" "$far\tBusiness" 'a second one\tSports')
ok 'copies with and without a headline, shouted' pool -v "$first" "$second"
is '... leave the longest, in the order of reading' "$(written)" \
    "$(printf '%b\n' 'unrelated\tSports' "Rescue at Sea: $story\tWorld" "$far\tBusiness" 'a second one\tSports')"
is '... and are counted' "$(cat "$tmp/output")" "\
pool-sentences: $first: kept 2 of 3 sentences
pool-sentences: $second: kept 2 of 3 sentences
pool-sentences: dropped 2 copies, and 0 of 0 items that are labelled differently
pool-sentences: kept 4 of 6 sentences: Business 1, Sports 2, World 1"
ok 'another order of the files' pool "$second" "$first"
is '... leaves the same copies' "$(written)" \
    "$(printf '%b\n' "$far\tBusiness" 'a second one\tSports' 'unrelated\tSports' "Rescue at Sea: $story\tWorld")"
ok 'of copies of one length' pool "$(tsv same 'One story of twenty or more letters\tx' 'one Story of twenty or more letters\tx')"
is '... the first stays' "$(written | cut -f 1)" 'One story of twenty or more letters'

tail=$(sed 's/.*y sank/sank/; s/[^a-z0-9]//g' <<<"$story" | tr -d '\n' | wc -c)
ok 'texts that end alike in so many letters' pool --tail "$tail" "$(tsv close "$story\tx" "$other\tx")"
is '... are one item' "$(written | wc -l)" 1
ok '... in one letter less' pool --tail $((tail + 1)) "$(tsv close "$story\tx" "$other\tx")"
is '... are two' "$(written | wc -l)" 2

ok 'what stands in another file' pool -v --except "$(tsv test "Ferry: $story\tBusiness" 'nothing of ours\tx')" "$first" "$second"
is '... is dropped, whatever its label' "$(written)" \
    "$(printf '%b\n' 'unrelated\tSports' "$far\tBusiness" 'a second one\tSports')"
is '... and counted' "$(sed -n 3p "$tmp/output")" "pool-sentences: $tmp/test.tsv: dropped 3 that stand there"

ok 'copies with different labels' pool -v "$first" "$(tsv third "$shouted\tBusiness")"
is '... are dropped altogether' "$(written)" "$(printf 'unrelated\tSports')"
is '... and counted' "$(sed -n 3p "$tmp/output")" \
    'pool-sentences: dropped 0 copies, and 3 of 1 items that are labelled differently'

short='no more passing the buck' # 20 letters
ok 'a short text at the end of a longer one' pool "$(tsv short "$short\tx" "Paperwork: $short.\tx")"
is '... is the same item' "$(written)" "$(printf 'Paperwork: %s.\tx' "$short")"
ok 'a text too short to be found so' pool "$(tsv tiny 'the buck\tx' 'No more passing the buck\tx' 'The Buck!\tx' '---\ty' '?\ty')"
is '... goes with its equals alone' "$(written)" "$(printf '%b\n' 'No more passing the buck\tx' 'The Buck!\tx' '---\ty')"
accents='Ölpreise über 50 Dollar, sagt die OPEC in Genf\tx'
ok 'letters beyond ASCII' pool "$(tsv accents "$accents" "Börse: ölpreise ÜBER 50 dollar sagt die opec in genf\tx")"
is '... have cases too' "$(written | wc -l)" 1

# --- refusals

rm "$out"
fails 1 '^pool-sentences: no sentence is left' 'nothing is left' pool --except "$first" "$first"
fails 2 "^pool-sentences: --tail: '3' is not a number from 20" 'a tail that tells nothing' pool --tail 3 "$first"
fails 1 'empty\.tsv: holds no sentence' 'a header alone' pool "$first" "$(tsv empty)"
fails 1 'blank\.tsv: line 3: the sentence is empty' 'an empty sentence' pool "$(tsv blank 'a\tx' '\tx')"
fails 1 'blank\.tsv: line 2: the label is empty' 'an empty label' pool "$(tsv blank 'a\t')"
fails 1 'latin\.tsv: line 2: the sentence is not UTF-8' 'Latin-1' pool "$(tsv latin 'caf\xe9\tx')"
fails 1 'cells\.tsv: line 2 has 3 cells \(expected 2' 'a cell too many' pool "$(tsv cells 'a\tx\ty')"
fails 1 'nul\.tsv: holds a NUL byte' 'a NUL' pool "$(tsv nul 'a\0000\tx')"
sed 's/label/class/' "$first" >"$tmp/unnamed.tsv"
fails 1 "unnamed\.tsv: has no column 'label'" 'no labels' pool "$tmp/unnamed.tsv"
fails 1 "unnamed\.tsv: has no column 'label'" '... in what to drop' pool --except "$tmp/unnamed.tsv" "$first"
is 'no refusal left an output' "$(find "$tmp" -name 'out.tsv*')" ''
finish
