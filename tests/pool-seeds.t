#!/usr/bin/env bash
# pool-seeds.t: means and Student's intervals over seeds, as SciPy has them; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

out=$tmp/out.tsv
pool() { "$bin/pool-seeds" "$@" -o "$out"; }
# table NAME LINE...: a table of its own, tabs for spaces.
table() { printf '%s\n' "${@:2}" | tr ' ' '\t' >"$tmp/$1.tsv"; }
rows() { sed 1d "$out" | tr '\t' ' '; }

table one 'method spearman p kept' 'oan 0.1 0.5 NA' 'tam 0.3 0.1 7'
table two 'method kept spearman' 'tam 7 0.3' 'oan -0.5 0.2'
table three 'method spearman kept' 'oan 0.4 0.25' 'tam 0.3 NA'
seeds=("$tmp/one.tsv" "$tmp/two.tsv" "$tmp/three.tsv")

ok 'three seeds' pool --columns spearman,kept "${seeds[@]}"
is '... each with its own order of rows and columns' "$(rows)" \
    "oan spearman 3 0.233333333 0.152752523 -0.14612497 0.612791637
oan kept 2 -0.125 0.530330086 -4.88982678 4.63982678
tam spearman 3 0.3 0 0.3 0.3
tam kept 2 7 0 7 7"
is '... under a header' "$(head -n 1 "$out" | xargs)" 'method statistic seeds mean sd low high'
ok 'one seed' pool --columns spearman,kept "$tmp/one.tsv"
is '... has no interval, what is NA not even a mean' "$(rows | head -n 2)" \
    "oan spearman 1 0.1 NA NA NA
oan kept 0 NA NA NA NA"
ok 'what correlate writes' pool tests/fixtures/correlate/methods.tsv tests/fixtures/correlate/methods.tsv
is '... has all that is pooled by default' "$(rows | grep -c '^oan ')" 8

rm "$out"
refuses() { fails "$1" "^pool-seeds: $2" "${@:3}"; }
refuses 1 ".*one.tsv: .*'shape'" 'a statistic that is not there' pool --columns shape "${seeds[@]}"
table fewer 'method spearman' 'oan 0.1'
refuses 1 '.*fewer.tsv: has 1 methods .expected 2, as in ' 'fewer methods' \
    pool --columns spearman "$tmp/one.tsv" "$tmp/fewer.tsv"
table other 'method spearman' 'oan 0.1' 'entinv 0.2'
refuses 1 ".*other.tsv: has no method 'tam'" 'other methods' pool --columns spearman "$tmp/one.tsv" "$tmp/other.tsv"
table twice 'method spearman' 'oan 0.1' 'oan 0.2'
refuses 1 ".*twice.tsv: line 3: has the method 'oan' again" 'a method twice' pool --columns spearman "$tmp/twice.tsv"
table word 'method spearman' 'oan much' 'tam 0.2'
refuses 1 '.*word.tsv: line 2' 'a word for a number' pool --columns spearman "$tmp/word.tsv"
is 'nothing is left of what failed' "$(find "$tmp" -name 'out.tsv*')" ''

finish
