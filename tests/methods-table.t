#!/usr/bin/env bash
# methods-table.t: the paper's table of methods: Holm's p, cross-fitted intervals, and what is kept.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"
. tests/numbers.sh

mkdir "$tmp/m"
# method r p
methods() {
    printf 'method\tspearman\tci_low\tci_high\tp\tlayer_spearman\tretention_mean\tretention_k10\taccuracy_k10\twithin_layer\tcross_fitted\tcross_fitted_low\tcross_fitted_high\twithin_layer_cross_fitted\twithin_layer_cross_fitted_low\twithin_layer_cross_fitted_high\n'
    while read -r method r p; do
        printf '%s\t%s\t-0.1\t0.9\t%s\t0.3\t72.5\t70\t90\t0.2\t0.4\t0.31\t0.48\t0.2\t0.1\t0.3\n' "$method" "$r" "$p"
    done
}
# method k margin low high, then what lies above random rankings
kept() {
    printf 'method\tk\tmargin\tlow\thigh\tabove_low\tabove_high\tsplit_error\n'
    printf '%s\t%s\t%s\t%s\t%s\t1\t2\t0.1\n' oan mean 82.5 79.6 85.4 oan 5 85 84 86 oan 10 80 75 85 tam 5 85 84 86
}
cp data/published.tsv "$tmp/m"
methods <<<'oan 0.5 0.01
tam 0.1 0.04
random 0.0 NA
taylor 0.2 0.03
attnorm 0.3 0.02
entinv 0.1 0.5
layer 0.1 0.02' >"$tmp/m/methods.tsv"
kept >"$tmp/m/kept.tsv"
table() { awk -v repeats="$1" "${tsv[@]}" -f paper/tables/methods.awk "$tmp/m/published.tsv" "$tmp/m/methods.tsv" "$tmp/m/kept.tsv"; }
# cell METHOD N: of its row.
cell() { grep -F "\\name{$1} " "$tmp/table" | awk -F ' & | \\\\' -v n="$2" '{ print $n }' | sed 's/ *\\*$//'; }

table none >"$tmp/table"
is 'the least p of five times five' "$(cell oan 5)" 0.050
is '... the next times four' "$(cell attnorm 5)" 0.080
is '... the next times three' "$(cell taylor 5)" 0.090
is '... none is less than one before it' "$(cell tam 5)" 0.090
is '... the last is as it is' "$(cell entinv 5)" 0.50
is '... what is none of the five as well' "$(cell layer 5)" 0.020
is '... what has none has none' "$(cell random 5)" '{--}'
is 'what is kept, cross-fitted: the mean over budgets of 5 to 30' "$(cell oan 8)" 82.5
is '... of random rankings as it is' "$(cell random 8)" 72.5
is '... of others not known' "$(cell tam 8)" '{--}'
is 'the interval of the cross-fitted r' "$(cell oan 4)" '{\scriptsize[$+.31$, $+.48$]}'
is '... and of what is kept on average' "$(cell oan 9)" '{\scriptsize[$80$, $85$]}'
is '... at a budget cross-fitted' "$(cell oan 10)" 80.0
is '... of random rankings as it is' "$(cell random 10)" 70.0
table distilbert-sst2 >"$tmp/table"
is 'beside published values' "$(cell oan 2), $(cell taylor 2), $(cell oan 8)" '+0.63, -0.21, 99.0'

finish
