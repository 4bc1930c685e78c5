#!/usr/bin/env bash
# full.t: the table of low-rank adapters beside training in all weights, and its intervals of differences.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"
. tests/numbers.sh

# model NAME TRAINING R LOW HIGH: tables of a model, whose methods are all alike.
model() {
    mkdir -p "$tmp/$1"
    printf 'name\tvalue\nmethod\t%s\nheld_out_accuracy\t0.9\n' "$2" >"$tmp/$1/record.tsv"
    {
        printf '%s\t' method spearman ci_low ci_high p layer_spearman retention_mean within_layer cross_fitted \
            cross_fitted_low cross_fitted_high within_layer_cross_fitted within_layer_cross_fitted_low
        echo within_layer_cross_fitted_high
        for method in oan tam taylor attnorm entinv gradmag; do
            printf '%s\t.9\t.8\t.95\t.01\t.9\t99\t.7\t%s\t%s\t%s\t.7\t.6\t.8\n' "$method" "$3" "$4" "$5"
        done
    } >"$tmp/$1/methods.tsv"
}
table() { awk -v names="$1" "${tsv[@]}" -f paper/tables/full.awk "${@:2}"; }
# tables NAME...: the files of these models.
tables() { for name; do echo "$tmp/$name/methods.tsv" "$tmp/$name/record.tsv"; done; }

# 0.5 - 0.1, less √(0.3² + 0.2²) = 0.3606, plus √(0.2² + 0.2²) = 0.2828
model m lora .1 -.1 .3
model m-full full .5 .2 .7
# shellcheck disable=SC2046
table m $(tables m m-full) >"$tmp/table"
is 'the cross-fitted correlations stand there' "$(grep -c -e 'low-rank & .num{90.0} & .num{+0.10}' \
    -e 'all weights & .num{90.0} & .num{+0.50}' "$tmp/table")" 2
is 'their difference is full less low-rank' "$(grep -o 'difference &  & .num{[^}]*}' "$tmp/table")" \
    'difference &  & \num{+0.40}'
is '... with the interval of its sides' "$(grep -A 1 difference "$tmp/table" | tail -1 | grep -o '\[[^]]*\]' | sort -u)" \
    '[$+.04$, $+.68$]'
is '... marked, as it excludes zero' "$(grep difference "$tmp/table" | grep -o 'rlap' | wc -l)" 6

# 0.3 - 0.1: √(0.3² + 0.2²) reaches below zero
model m-full full .3 0 .5
# shellcheck disable=SC2046
is 'one that includes zero is not' "$(table m $(tables m m-full) | grep difference | grep -c rlap)" 0

model m-full full NA NA NA
# shellcheck disable=SC2046
is 'what is not defined has no difference' \
    "$(table m $(tables m m-full) | grep difference | grep -o -e '--' | wc -l)" 6

# shellcheck disable=SC2046
is 'a model that is not there is not run' "$(table m $(tables m) | grep -c 'all weights & .*not run')" 1

finish
