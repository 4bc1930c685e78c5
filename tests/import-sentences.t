#!/usr/bin/env bash
# import-sentences.t: cells as Python's csv module writes them, their plain text, and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

fixture=tests/fixtures/sentences
out=$tmp/out.tsv
import() { "$bin/import-sentences" "$@" -o "$out"; }
# table TEXT: a file with it, printf escapes allowed.
table() {
    printf '%b' "$1" >"$tmp/table.csv"
    echo "$tmp/table.csv"
}
# gives NAME TEXT EXPECTED [OPTION...]: what is written, without the header.
gives() {
    ok "$1" import "${@:4}" "$(table "$2")"
    is '... gives' "$(tail -n +2 "$out")" "$(printf '%b' "$3")"
}

ok 'quoted cells, DOS lines' import --text 2,3 --label 1 $fixture/quoted.csv
ok '... are the plain text expected' diff $fixture/expected.tsv "$out"
ok 'tabs, all cells quoted' import --tabs --text 2,3 --label 1 $fixture/all-quoted.tsv
ok '... are the same' diff $fixture/expected.tsv "$out"
{ printf '\xef\xbb\xbf\n'; sed 's/\r$//' $fixture/quoted.csv; } >"$tmp/bom.csv"
ok 'a byte order mark, an empty line' import --text 2,3 --label 1 "$tmp/bom.csv"
ok '... change nothing' diff <(tail -n +2 $fixture/expected.tsv) <(tail -n +2 "$out")

gives 'a last line without an end' 'a b,x\nc,y' 'a b\tx\nc\ty'
gives 'a header' 'text,class\na,x\n' 'a\tx' --header
gives 'columns in another order, one of them twice' 'x,a,b\n' 'b a b\tx' --label 1 --text 3,2,3
gives 'an empty headline' 'x,,b\n' 'b\tx' --label 1 --text 2,3
gives 'names for labels' 'a,0.0\nb,1\nc,0\n' 'a\tWorld\nb\tSci/Tech\nc\tA=B' --names 0.0=World,1=Sci/Tech,0=A=B
gives 'an unquoted cell with tabs and spaces' ' a\t b ,x\n' 'a b\tx'
ok 'how many of each' import -v "$(table 'a,y\nb,x\nc,y\n')"
is '... are told' "$(cat "$tmp/output")" 'import-sentences: 3 sentences: x 1, y 2'

# --- refusals

rm "$out"
refuses() { fails 1 "^import-sentences: $tmp/table\.csv: $2" "$1" import "${@:4}" "$(table "$3")"; }
misused() { fails 2 "^import-sentences: $2" "$1" import "${@:3}" "$(table 'a,x\n')"; }
refuses 'a quote that is never closed' 'line 2: a quote is never closed' 'a,x\n"b,y\nc,z\n'
refuses 'a quote within a cell' 'line 2: a quote within a cell that does not begin with one' 'a,x\nb "c",y\n'
refuses 'text behind a closing quote' "line 3: a closing quote is followed by 'c' \(expected" '"a\nb",x\n"b"c,y\n'
refuses 'an escaped quote of another kind' "line 1: a closing quote is followed by 'b'" '"a \\\\"b",x\n'
refuses 'a row that is too long' 'line 4 has more than 2 cells' '"a\n\nb",x\nb,y,z\n'
refuses 'a row that is too short' 'line 2 has 1 cells \(expected 2' 'a,x\nb\n'
refuses 'a NUL' 'holds a NUL byte' 'a,x\nb\0000,y\n'
refuses 'an empty file' 'is empty' ''
refuses 'empty lines alone' 'is empty' '\n\r\n\n'
refuses 'a header alone' 'holds no sentence' 'text,label\n' --header
refuses 'no such column of text' 'has no column 3 \(2 in all\)' 'a,x\n' --text 1,3
refuses 'no such column of labels' 'has no column 3 \(2 in all\)' 'a,x\n' --label 3
refuses 'a label without a name' "line 2: label 'y' is not among those of --names" 'a,x\nb,y\n' --names x=X
refuses 'a label that begins as another' "line 1: label 'xx' is not among" 'a,xx\n' --names x=X,xxx=Y
refuses 'an empty label' 'line 1: the label is empty' 'a,\n'
refuses 'no text' 'line 2: the text is empty' 'a,x\n<br> &nbsp;,y\n'
refuses 'a text in Latin-1' 'line 1: the text is not UTF-8' 'caf\xe9,x\n'
refuses 'a label in Latin-1' 'line 1: the label is not UTF-8' 'a,caf\xe9\n'
refuses 'a file of tabs read as commas' 'has no column 2 \(1 in all\)' 'a\tx\n'
misused 'a column that is no number' "--text: 'title' is not a column from 1 to" --text title
misused 'column 0' "--text: '0' is not a column" --text 0
misused 'a column beyond every number' "--text: '99999999999999999999' is not a column" --text 99999999999999999999
misused 'no column' '--text: no column is named' --text ''
misused 'more columns than any table has' "--text: '1' is not a column" --text "$(seq -s , 70 | sed 's/[0-9]*/1/g')"
misused 'a name without a label' "--names: '=X' is not LABEL=NAME" --names =X
misused 'a label without its name' "--names: 'y' is not LABEL=NAME" --names z=Z,y
is 'no refusal left an output' "$(find "$tmp" -name 'out.tsv*')" ''
finish
