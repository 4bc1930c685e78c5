#!/usr/bin/env bash
# practice.t: what paper/criteria.awk makes of quality and cost: order, ties, what is not known, the best of a group.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

mkdir -p "$tmp/m"
table() { printf '%s\n' "${@:2}" | tr ' ' '\t' >"$tmp/m/$1"; }
columns='method spearman ci_low ci_high p layer_spearman retention_mean within_layer retention_k5 cross_fitted cross_fitted_low cross_fitted_high'
table methods.tsv "$columns" 'oan 0 0 0 0 0 0 0 98 0.5 0.4 0.6' 'tam 0 0 0 0 0 0 0 60 0.7 0.6 0.8' \
    'taylor 0 0 0 0 0 0 0 70 0.9 0.8 1' 'oracle 0 0 0 0 0 0 0 104 0.8 0.7 0.9'
table criteria.tsv "$columns" 'michel 0 0 0 0 0 0 0 91 0.2 0.1 0.3' 'fisher 0 0 0 0 0 0 0 92 NA NA NA' \
    'oracle 0 0 0 0 0 0 0 1 0.1 0 0.2'
table costs.tsv 'method passes' 'michel 2.5' 'fisher 2.5' 'oan 1.5' 'tam 1.5' 'ablation 12' 'greedy 40'
header='method k margin accuracy margin_low margin_high accuracy_low accuracy_high'
table greedy.tsv "$header" 'greedy 5 105 0 0 0 0 0'
tables=("$tmp"/m/{methods,criteria,costs,greedy}.tsv)
quality() { awk -f paper/tsv.awk -f paper/criteria.awk -f figures/quality.awk "$@" >"$tmp/quality"; }
practice() { awk -f paper/tsv.awk -f paper/criteria.awk -f paper/tables/practice.awk "$@" >"$tmp/practice"; }

ok 'quality and cost' quality "${tables[@]}"
is '... from the cheapest up, of equal cost the best first; without what has no cost or no correlation' \
    "$(cut -f 1,3-5 "$tmp/quality" | sed 1d | tr '\t\n' ' ,')" 'tam 1 1.5 0.7,oan 2 1.5 0.5,michel 3 2.5 0.2,ablation 4 12 0.8,'
is '... in their groups' "$(cut -f 2 "$tmp/quality" | sed 1d | uniq | xargs)" 'series other removal'
ok 'what is kept' practice "${tables[@]}"
is '... by what is best at each, and by removal' "$(grep -o '^.name{.*' "$tmp/practice" | tr -d '\\{}&' | sed 's/num//g; s/name//')" \
    "$(printf '%s\n' 'random  --  -- ' 'oan  1.5  98 ' 'tam  1.5  60 ' 'michel  2.5  91 ' 'oracle  12  104 ' 'greedy  40  105 ' \
        'greedy_cross  --  -- ')"
sed -i 's/passes/price/' "$tmp/m/costs.tsv"
fails 1 "costs.tsv: has no column 'passes'" 'costs without passes' quality "${tables[@]}"
finish
