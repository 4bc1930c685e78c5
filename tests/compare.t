#!/usr/bin/env bash
# compare.t: what agrees, what does not and how that is told, and files that are no files.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

compare=$(realpath "$bin/compare")
cd "$tmp" || exit 1

# tensors NAME HEADER FORMAT VALUE...: a safetensors file with this header and these values, packed as perl's pack does.
tensors() {
    local name=$1
    shift
    perl -e '($header, $format, @values) = @ARGV;
        print pack("Q<", length $header), $header, pack($format, @values)' -- "$@" >"$name"
}
# floats NAME VALUE...: one tensor `a`, F64 [count].
floats() {
    local name=$1 count=$(($# - 1))
    shift
    tensors "$name" "{\"a\":{\"dtype\":\"F64\",\"shape\":[$count],\"data_offsets\":[0,$((8 * count))]}}" 'd<*' "$@"
}
table() { printf '%b' "$2" >"$1"; }

# expect STATUS REGEX NAME ARGUMENT...: this exit status; of output and errors one is empty and one holds the regex.
expect() {
    local expected=$1 regex=$2 name=$3 status=0 bad=0 said=output silent=errors
    shift 3
    [ "$expected" -eq 0 ] || { said=errors silent=output; }
    "$compare" "$@" >output 2>errors || status=$?
    [ "$status" -eq "$expected" ] && [ ! -s "$silent" ] && grep -Eq -e "$regex" "$said" || bad=1
    report "$bad" "$name"
    [ "$bad" -eq 0 ] || { echo "exit $status, expected $expected and: $regex"; cat output errors; } | diagnose
}
agrees() { expect 0 "$@"; }
differs() { expect 3 "$@"; }
refuses() { fails "$1" "$2" "$3" "$compare" "${@:4}"; }

# --- tensors that agree

floats one.safetensors 1 -2.5 0.1
cp one.safetensors same.safetensors
agrees '^one.safetensors agrees with same.safetensors: 3 values, all equal$' 'the same file' \
    one.safetensors same.safetensors
is '... in one line' "$(wc -l <output)" 1
floats near.safetensors 1 -2.5 0.1001
agrees '3 values, largest deviation 0.0001 at a\[2\]: 0.1 where 0.1001 was expected$' 'the largest deviation is told' \
    --atol 2e-4 one.safetensors near.safetensors
agrees 'deviation 0.0001 at' 'a relative tolerance' --rtol 1.1e-3 one.safetensors near.safetensors
floats reference.safetensors 100
floats above.safetensors 110
agrees 'deviation 10 at' 'rtol is relative to the reference' --rtol 0.1 above.safetensors reference.safetensors
floats small.safetensors 90
floats large.safetensors 100
differs 'a\[0\]: 100 where 90' '... and not to the file' --rtol 0.105 large.safetensors small.safetensors
agrees 'deviation 10 at' '... nor to the larger' --rtol 0.105 small.safetensors large.safetensors
agrees 'deviation 10 at' 'tolerances add up' --rtol 0.05 --atol 5.5 large.safetensors small.safetensors

one='"one":{"dtype":"F32","shape":[1,2],"data_offsets":'
two='"two":{"dtype":"I32","shape":[2],"data_offsets":'
tensors ordered.safetensors "{\"__metadata__\":{\"by\":\"a\"},${one}[0,8]},${two}[8,16]}}" 'f<2 l<2' 0.5 -0.5 7 8
tensors swapped.safetensors "{${two}[0,8]},${one}[8,16]}}" 'l<2 f<2' 7 8 0.5 -0.5
agrees '4 values, all equal' 'metadata and order do not matter' ordered.safetensors swapped.safetensors

# --- NaN, infinity, zero

floats nan.safetensors nan 1
floats number.safetensors 2 1
floats infinite.safetensors inf 1
floats negative.safetensors -inf 1
floats zero.safetensors 0 1
floats minus-zero.safetensors -0.0 1
agrees 'all equal' 'NaN agrees with NaN' nan.safetensors nan.safetensors
differs 'a\[0\]: nan where 2 was expected' 'NaN is no number' --atol 1e300 --rtol 1e300 \
    nan.safetensors number.safetensors
differs 'a\[0\]: 2 where nan was expected' 'a number is not NaN' --atol 1e300 --rtol 1e300 \
    number.safetensors nan.safetensors
differs 'a\[0\]: nan where inf was expected' 'infinity is not NaN' --rtol 1 nan.safetensors infinite.safetensors
agrees 'all equal' 'infinity agrees with itself' infinite.safetensors infinite.safetensors
differs 'a\[0\]: 2 where inf was expected' 'an infinite reference tolerates no number' --rtol 1 \
    number.safetensors infinite.safetensors
differs 'a\[0\]: -inf where inf was expected' '... nor the other infinity' --rtol 1 \
    negative.safetensors infinite.safetensors
agrees 'all equal' '-0 equals 0' minus-zero.safetensors zero.safetensors

# --- tensors that do not agree

floats many.safetensors 1 2 3 4 5 6
floats other.safetensors 1 2.5 3 4.001 5 0
differs 'a\[1\]: 2 where 2.5 was expected \(deviation 0.5\)' 'a value that disagrees is shown' \
    --atol 0.01 many.safetensors other.safetensors
verdict='compare: many.safetensors: disagrees with other.safetensors'
is '... the report, with the verdict last' "$(cat errors)" "a[1]: 2 where 2.5 was expected (deviation 0.5)
a[5]: 6 where 0 was expected (deviation 6)
a: 2 of 6 values disagree
$verdict: 2 of 6 values, largest deviation 6 at a[5]: 6 where 0 was expected"
differs 'a: 3 of 6 values disagree' 'a short report' --max-report 1 many.safetensors other.safetensors
is '... shows that many values, and the worst in its verdict' "$(cat errors)" \
    "a[1]: 2 where 2.5 was expected (deviation 0.5)
a: 3 of 6 values disagree
$verdict: 3 of 6 values, largest deviation 6 at a[5]: 6 where 0 was expected"
floats spoilt.safetensors 1 2 nan 4 5 0
differs 'largest deviation inf at a\[2\]: nan where 3 was expected' 'nothing is worse than NaN' \
    spoilt.safetensors many.safetensors
floats wide.safetensors 1000 1
floats wider.safetensors 1001 1.5
differs 'largest deviation 0.5 at a\[1\]' 'the verdict names the worst that is not tolerated' --rtol 0.01 \
    wide.safetensors wider.safetensors

cube='{"a":{"dtype":"I64","shape":[2,2,2],"data_offsets":[0,64]}}'
tensors cube.safetensors "$cube" 'q<*' 0 1 2 3 4 5 6 9007199254740993
tensors cube-other.safetensors "$cube" 'q<*' 0 1 2 3 4 5 6 9007199254740992
differs 'a\[1, 1, 1\]: 9007199254740993 where 9007199254740992 was expected' \
    'integers are equal or not, whatever the tolerance and beyond F64' --atol 10 --rtol 1 \
    cube.safetensors cube-other.safetensors
tensors bytes.safetensors '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}' 'C2' 1 255
tensors bytes-other.safetensors '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}' 'C2' 1 254
agrees '2 values, all equal' 'bytes agree' bytes.safetensors bytes.safetensors
differs 'a\[1\]: 255 where 254' 'bytes do not' --atol 5 bytes.safetensors bytes-other.safetensors
tensors half.safetensors '{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}' 'v' 15360
tensors brain.safetensors '{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}' 'v' 16256
agrees 'all equal' 'half precision is read' half.safetensors half.safetensors
differs 'a: F16 \[1\] where BF16 \[1\] was expected' 'the same value in another dtype is no agreement' \
    half.safetensors brain.safetensors
agrees '1 values, all equal' '... unless --cast says so' --cast half.safetensors brain.safetensors
differs 'a\[0\]: 1 where 100 was expected' '... which still compares the values' --cast --atol 98 \
    half.safetensors reference.safetensors
agrees 'deviation 99 at' '... within tolerance' --cast --atol 99 half.safetensors reference.safetensors
tensors whole.safetensors '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}' 'C' 1
differs 'a: U8 \[1\] where BF16 \[1\] was expected' '... and takes no whole number for a float' --cast \
    whole.safetensors brain.safetensors
tensors flat.safetensors '{"a":{"dtype":"F64","shape":[1,3],"data_offsets":[0,24]}}' 'd<*' 1 -2.5 0.1
differs 'a: F64 \[1, 3\] where F64 \[3\] was expected' 'the same values in another shape neither' \
    flat.safetensors one.safetensors
is '... the verdict' "$(tail -n 1 errors)" \
    'compare: flat.safetensors: disagrees with one.safetensors: it has another form'

# --- which tensors

tensors only-one.safetensors "{${one}[0,8]}}" 'f<2' 0.5 -0.25
differs '^two: missing from only-one.safetensors' 'a tensor that is missing' only-one.safetensors ordered.safetensors
differs '^two: not in only-one.safetensors' 'a tensor too many' ordered.safetensors only-one.safetensors
differs 'disagrees .*: 1 of 2 values and its form' 'values are compared nevertheless' \
    only-one.safetensors ordered.safetensors
agrees '2 values' '--tensor compares that one alone' --tensor one --atol 0.5 only-one.safetensors ordered.safetensors
agrees '4 values' '--tensor takes several' --tensor two,one ordered.safetensors swapped.safetensors
differs '^two: missing' '--tensor of a tensor in one file alone' --tensor two only-one.safetensors ordered.safetensors
refuses 1 "has no tensor 'a', nor has" '--tensor of no tensor is not an agreement' --tensor a \
    only-one.safetensors ordered.safetensors
refuses 1 "has no tensor 'a'" '... beside others neither' --tensor=one,a only-one.safetensors ordered.safetensors
tensors empty.safetensors '{}' ''
tensors no-values.safetensors '{"a":{"dtype":"F64","shape":[0],"data_offsets":[0,0]}}' ''
refuses 1 'nothing that could be compared' 'nothing compared is not an agreement' empty.safetensors empty.safetensors
refuses 1 'nothing that could be compared' '... with a tensor without elements' \
    no-values.safetensors no-values.safetensors
tensors hostile.safetensors '{"\u001b[31m\nx\u009b":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}' 'd<' 1
tensors hostile-other.safetensors '{"\u001b[31m\nx\u009b":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}' 'd<' 2
differs '^\?\[31m\?x\?\?\[0\]: 1 where 2' 'names cannot steer the terminal' \
    hostile.safetensors hostile-other.safetensors
is '... anywhere' "$(LC_ALL=C tr -d '\n -~' <errors | wc -c)" 0

# --- tables

table a.tsv 'method\trho\nOAN\t0.633\nrandom\tNA\n'
table a-near.tsv '# made elsewhere\nmethod\trho\r\nOAN\t6.331e-1\r\nrandom\tNA\r\n'
table a-number.tsv 'method\trho\nOAN\t0.633\nrandom\t0\n'
table a-name.tsv 'method\trho\nOAN\t0.633\nnone\tNA\n'
agrees '^a.tsv agrees with a.tsv: 4 values, all equal$' 'the same table' a.tsv a.tsv
agrees 'largest deviation 0.0001 at rho, line 2: 0.633 where 6.331e-1 was expected' 'numbers within tolerance' \
    --atol 2e-4 a.tsv a-near.tsv
differs '^rho, line 2: 0.633 where 6.331e-1 was expected \(deviation 0.0001\)' 'numbers out of it' \
    --atol 5e-5 a.tsv a-near.tsv
differs '^rho, line 3: NA where 0 was expected' 'NA is not a number' --atol 1e300 a.tsv a-number.tsv
differs '^method, line 3: random where none was expected' 'other texts' a.tsv a-name.tsv
table a-header.tsv 'method\tr\nOAN\t0.633\nrandom\tNA\n'
differs "^column 2: 'rho' where 'r' was expected" 'another header' a.tsv a-header.tsv
table a-short.tsv 'method\trho\nOAN\t0.633\n'
differs '^rows: 2 where 1 was expected' 'more rows' a.tsv a-short.tsv
table a-narrow.tsv 'method\nOAN\nrandom\n'
differs '^columns: 2 where 1 was expected' 'more columns' a.tsv a-narrow.tsv
table nan.tsv 'x\nnan\n'
table nan-other.tsv 'x\nNaN\n'
table number.tsv 'x\n1\n'
agrees 'all equal' 'NaN by any spelling' nan.tsv nan-other.tsv
differs 'nan where 1' 'NaN is no number in tables either' --atol 1e300 nan.tsv number.tsv
table sum.tsv 'x\n9e99999\n'
table sum-other.tsv 'x\n8e99999\n'
differs '9e99999 where 8e99999' 'what overflows is a text' sum.tsv sum-other.tsv
table space.tsv 'x\n 1\n'
differs 'x, line 2:  1 where 1 was' 'a space before a number makes it a text' space.tsv number.tsv
refuses 2 'tables have no tensors' '--tensor with tables is misuse' --tensor a a.tsv a.tsv
table header-only.tsv 'x\n'
refuses 1 'nothing that could be compared' 'no rows are not an agreement' header-only.tsv header-only.tsv

# --- a table of tolerances

table tolerances.tsv '# why\nfile\tpart\tatol\trtol\treason\nnear*\t*\t2e-4\t0\ta\na-near.tsv\tO*/rho\t0\t1e-3\tb\n*\trho\t1\t0\tc\n'
agrees 'largest deviation 0.0001' 'a row whose patterns fit' --tolerances tolerances.tsv one.safetensors near.safetensors
differs 'a\[2\]: 0.1001 where 0.1 was' 'where none fits, values are equal' --tolerances tolerances.tsv \
    near.safetensors one.safetensors
agrees 'largest deviation 0.0001 at rho, line 2' "a cell is known by its row's texts and its column" \
    --tolerances tolerances.tsv a.tsv a-near.tsv
table rows.tsv 'method\tk\trho\nOAN\t5\t0.6\nTAM\t5\t0.6\n'
table rows-near.tsv 'method\tk\trho\nOAN\t5\t0.7\nTAM\t5\t0.7\n'
table by-row.tsv 'part\tfile\tatol\trtol\nOAN/rho\t*\t0.2\t0\n*/rho\t*\t0.01\t0\n*\t*\t9\t9\n'
differs '^rho, line 3: 0.6 where 0.7' 'the first row that fits applies' --tolerances by-row.tsv rows.tsv rows-near.tsv
is '... to the cells that it names' "$(grep -c '^rho' errors)" 1
table none.tsv 'file\tpart\tatol\trtol\n'
agrees 'all equal' 'without rows, equality' --tolerances none.tsv one.safetensors same.safetensors
table negative.tsv 'file\tpart\tatol\trtol\n*\t*\t0\t-1\n'
refuses 1 "negative.tsv: line 2: rtol is '-1' .expected 0 or more" 'a negative tolerance in it' --tolerances negative.tsv a.tsv a.tsv
table absent.tsv 'file\tpart\tatol\trtol\n*\t*\tNA\t0\n'
refuses 1 "line 2: atol is 'NA'" 'none at all' --tolerances absent.tsv a.tsv a.tsv
refuses 1 "has no column 'file'" 'another table' --tolerances a.tsv a.tsv a.tsv
refuses 2 'tolerances leaves no room' 'both kinds are misuse' --tolerances none.tsv --atol 1 a.tsv a.tsv
rm none.tsv

# --- kinds of file

cp one.safetensors one.bin
agrees 'all equal' 'tensors are known by their content' one.bin one.safetensors
refuses 1 'a.tsv: is not a file of tensors, as one.bin is' 'a table is not tensors' a.tsv one.bin
refuses 1 'one.bin: is not a file of text, as a.tsv is' 'tensors are not a table' one.bin a.tsv
table words.safetensors 'not tensors at all, but long enough to be read as a length\n'
refuses 1 'words.safetensors: is not a safetensors file' 'a wrong extension' one.bin words.safetensors
head -c 30 one.safetensors >cut.safetensors
refuses 1 'cut.safetensors: is not a safetensors file' 'a truncated header' cut.safetensors one.safetensors
head -c -1 one.safetensors >cut.safetensors
refuses 1 'cut.safetensors: .*do not fit' 'a truncated payload' one.safetensors cut.safetensors
refuses 1 'none.safetensors: cannot open: No such file' 'a missing file' none.safetensors one.safetensors
refuses 1 'none.tsv: cannot open: No such file' 'a missing reference' a.tsv none.tsv
mkdir folder folder.safetensors
refuses 1 'folder: cannot read: Is a directory' 'a folder' folder a.tsv
refuses 1 'folder.safetensors: is not a regular file' 'a folder that is named like tensors' \
    folder.safetensors one.safetensors
: >nothing.tsv
refuses 1 'nothing.tsv: is empty' 'an empty table' nothing.tsv a.tsv
: >nothing.safetensors
refuses 1 'nothing.safetensors: is not a safetensors file \(0 bytes\)' 'an empty file of tensors' \
    one.safetensors nothing.safetensors
table ragged.tsv 'x\ty\n1\t2\n3\n'
refuses 1 'ragged.tsv: line 3 has 1 cells' 'a ragged table' ragged.tsv a.tsv
ok 'tables may come through pipes' bash -c '"$1" <(cat "$2") "$2"' - "$compare" a.tsv

# --- the command line

refuses 2 'expected FILE REFERENCE, found 1' 'one file is misuse' one.bin
refuses 2 'found 3 file arguments' 'three files too' one.bin one.bin one.bin
refuses 2 "atol: '-1' is not a number" 'a negative tolerance' --atol=-1 one.bin one.bin
refuses 2 "rtol: 'nan' is not a number" 'NaN as a tolerance' --rtol=nan one.bin one.bin
refuses 2 "unknown option '--fuzz'" 'an unknown option' --fuzz one.bin one.bin
refuses 2 "unknown option '-o'" 'it writes no file' -o one.bin one.bin
ok '--help' "$compare" --help
is '... shows an example' "$(grep -c '^  compare ' output)" 1
if [ -w /dev/full ]; then
    fails 1 'standard output: cannot write' 'a full disk is told' \
        bash -c '"$1" "$2" "$2" >/dev/full' - "$compare" one.bin
else
    skip 'a full disk is told' 'no /dev/full'
fi

finish
