#!/usr/bin/env bash
# practice.t: what paper/criteria.awk makes of quality and cost, beside OAN, of one and of two experiments: order, ties, what is
# not known; and what the text says of removal, however the numbers fall.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"
. tests/numbers.sh

mkdir -p "$tmp"/{m-a,m-b,m-a-s2,m-a-s3}
table() { printf '%s\n' "${@:2}" | tr ' ' '\t' >"$tmp/$1.tsv"; }
columns='method spearman ci_low ci_high p layer_spearman retention_mean within_layer retention_k5 cross_fitted cross_fitted_low cross_fitted_high'
table roles 'role experiment repeats state why_not' 'one m-a NA run NA' 'two m-b NA run NA' 'three m-c NA not_run NA'
sed -i 's/not_run/not run/' "$tmp/roles.tsv"
table m-a/methods "$columns" 'random 0 0 0 0 0 62.5 0 60 0 0 0' 'oan 0 0 0 0 0 0 0 98 0.5 0.4 0.6' 'tam 0 0 0 0 0 0 0 60 0.7 0.6 0.8' \
    'taylor 0 0 0 0 0 0 0 70 0.9 0.8 1' 'oracle 0 0 0 0 0 0 0 104 0.8 0.7 0.9'
sed -i '1s/$/\twithin_layer_cross_fitted\twithin_layer_cross_fitted_low\twithin_layer_cross_fitted_high/; 2,$s/$/\t0\t0\t0/' "$tmp/m-a/methods.tsv"
table m-a/criteria "$columns" 'michel 0 0 0 0 0 0 0 91 0.2 0.1 0.3' 'fisher 0 0 0 0 0 0 0 92 NA NA NA' \
    'michel_token 0 0 0 0 0 0 0 91 0.3 0.1 0.4' 'oracle 0 0 0 0 0 0 0 1 0.1 0 0.2'
table m-a/criteria-differences 'method against spearman cross_fitted cross_fitted_low cross_fitted_high' 'oan tam 0 -0.2 -0.3 -0.1' \
    'oan michel 0 0.3 0.2 0.4' 'oan michel_token 0 0.2 -0.1 0.5' 'oan oracle 0 -0.3 -0.4 -0.2'
table m-a/facts 'name value' 'draws 10' 'heads_total 72' 'sentences 80'
table m-a/chance 'method k draws margin margin_low margin_high margin_95' 'random mean 200 61.5 50 90 79'
table m-a/costs 'method passes' 'michel 2.5' 'michel_token 2.5' 'fisher 2.5' 'oan 1.5' 'tam 1.5' 'ablation 12' 'ig 40' 'greedy_cross 90'
kept='method k margin low high above above_low above_high random_95'
table m-a/criteria-kept "$kept" 'oan mean 90 85 95 NA NA NA 80' 'tam mean 70 65 75 -20 -30 -10 80' 'michel mean 95 94 96 5 2 8 80' \
    'oracle mean 91 85 97 1 -2 4 80' 'greedy_cross mean 97 95 99 7 -1 15 80'
for file in methods facts criteria criteria-differences costs criteria-kept; do cp "$tmp/m-a/$file.tsv" "$tmp/m-b/"; done
sed -i -e 's/^ablation\t12/ablation\t24/' -e 's/^michel\t2.5/michel\t3/' "$tmp/m-b/costs.tsv"
sed -i 's/^greedy_cross.*/'"$(printf 'greedy_cross\tmean\t97\t95\t99\t7\t1\t13\t80')/" "$tmp/m-b/criteria-kept.tsv"
of() { printf "$tmp/$1/%s.tsv " methods facts criteria criteria-differences costs criteria-kept; }
by() { awk "${tsv[@]}" -f paper/criteria.awk -f "$@" >"$tmp/out"; }
rows() { grep -o '[a-z]*space .name{.*\|^.name{random.*' "$tmp/out" | sed 's/^[a-z]*space //; s/\\rlap{\$\^{\([-+]\)}\$}/^\1/g; s/\\scriptsize//g' |
    tr -d '\\{}&$' | sed 's/num//g; s/name//g' | tr -s ' '; }

# --- the figure

# shellcheck disable=SC2046 # a list of files
ok 'quality and cost' by figures/quality.awk "$tmp/roles.tsv" $(of m-a)
is '... from the cheapest up, of equal cost the best first; without variants, and what has no cost or no correlation' \
    "$(cut -f 3,5-7 "$tmp/out" | sed 1d | tr '\t\n' ' ,')" 'tam 1 1.5 0.7,oan 2 1.5 0.5,michel 3 2.5 0.2,ablation 4 12 0.8,'
is '... in their groups' "$(cut -f 4 "$tmp/out" | sed 1d | uniq | xargs)" 'series other removal'
# shellcheck disable=SC2046
ok 'of two experiments' by figures/quality.awk "$tmp/roles.tsv" $(of m-a) $(of m-b)
is '... a panel each, in one order' "$(cut -f 1-3,5 "$tmp/out" | sed -n '2,5p' | tr '\t\n' ' ,')" \
    '1 m-a tam 1,2 m-b tam 1,1 m-a oan 2,2 m-b oan 2,'

# --- the tables

# shellcheck disable=SC2046
ok 'cost and quality' by paper/tables/practice.awk "$tmp/roles.tsv" $(of m-a) $(of m-b)
is '... costs from the least to the most, and signs of the paired difference' "$(rows)" "$(printf '%s\n' \
    'oan 1.5 .50 [.40, .60] .50 [.40, .60] ' 'tam 1.5 .70 [.60, .80]^+ .70 [.60, .80]^+ ' \
    'taylor -- .90 [.80, 1.00] .90 [.80, 1.00] ' 'michel 2.5--3.0 .20 [.10, .30]^- .20 [.10, .30]^- ' \
    'michel_token 2.5 .30 [.10, .40] .30 [.10, .40] ' 'ablation 12--24 .80 [.70, .90]^+ .80 [.70, .90]^+ ')"
# shellcheck disable=SC2046
ok 'what is kept' by paper/tables/kept.awk "$tmp/roles.tsv" $(of m-a)
is '... beside OAN, and random rankings' "$(rows)" "$(printf '%s\n' 'random 62.5 le 80, of 10 ' 'oan 90.0 [85, 95] ' 'tam 70.0 [65, 75]^- ' \
    'michel 95.0 [94, 96]^+ ' 'ablation 91.0 [85, 97] ' 'greedy_cross 97.0 [95, 99] ')"
# shellcheck disable=SC2046
ok '... with many random rankings' by paper/tables/kept.awk "$tmp/roles.tsv" $(of m-a) "$tmp/m-a/chance.tsv"
is '... goes by these' "$(rows | head -n 1)" 'random 61.5 le 79, of 200 '
sed 's/passes/price/' "$tmp/m-a/costs.tsv" >"$tmp/m-a-s2/costs.tsv"
fails 1 "costs.tsv: has no column 'passes'" 'costs without passes' by figures/quality.awk "$tmp/roles.tsv" "$tmp/m-a-s2/costs.tsv"

# --- the text

numbers() { awk "${by_numbers[@]}" "$@" >"$tmp/out"; }
said() { sed -n "s,^.setvalue{practice/$1}{\(.*\)}\$,\1,p" "$tmp/out" | tr -d '\\{}' | sed 's/num//g; s/name//g; s/experiment//g'; }
# removal MODEL ABOVE LOW HIGH: what removal keeps beside OAN
removal() { table "$1/removal" "$kept" 'oan mean 90 85 95 NA NA NA 80' 'tam mean 82 79 85 -8 -9 -7 80' "oracle mean 91 85 97 $2 $3 $4 80"; }
for model in m-a m-a-s2 m-a-s3 m-b; do removal $model 4 1 7; done
models=("$tmp"/{m-a,m-a-s2,m-a-s3,m-b}/removal.tsv)
# shellcheck disable=SC2046
ok 'numbers' numbers "$tmp/roles.tsv" $(of m-a) $(of m-b) "${models[@]}"
is '... by r' "$(said quality/above), $(said quality/below)" 'tam, michel'
is '... by what is kept' "$(said kept/above), $(said kept/below)" 'michel, tam'
is '... what is dearer than removal' "$(said dearer)" 'ig in m-a (40 passes, not 12) and m-b (40 passes, not 24)'
is '... greedy removal' "$(said greedy), $(said greedy/above)" \
    '+7.0 [-1.0, +15.0] in m-a (not decided) and +7.0 [+1.0, +13.0] in m-b, 1'
is '... removal, where it is better' "$(said removal/above) $(said removal/told)" \
    '4 more in most models of m-a (3 of 3, +4.0 to +4.0) and m-b (1 of 1, +4.0)'
is '... and random rankings' "$(said oan/clears) $(said tam/clears) $(said unlabelled)" '4 0 oan'
is '... and where' "$(said oan/clears_where), $(said tam/clears_where)" '3 of 3 models of m-a and 1 of 1 of m-b, 0 of 3 models of m-a and 0 of 1 of m-b'
is '... or where not' "$(said oan/clears_briefly)" '3 of 3 and 1 of 1'
is '... with what was measured' "$(said criteria/samples)" '72 heads of m-a, 80 sentences; 72 heads of m-b, 80 sentences'
removal m-a-s2 2 -1 5
removal m-a-s3 -3 -5 -1
removal m-b -3 -5 -1
sed -i '/^ig/d' "$tmp"/m-{a,b}/costs.tsv
sed -i 's/^michel\tmean.*/'"$(printf 'michel\tmean\t95\t94\t96\t5\t-2\t8\t80')/" "$tmp/m-b/criteria-kept.tsv"
# shellcheck disable=SC2046
ok 'numbers that fall otherwise' numbers "$tmp/roles.tsv" $(of m-a) $(of m-b) "${models[@]}"
is '... say otherwise' "$(said removal/above) $(said removal/below) $(said removal/level), $(said removal/told)" \
    '1 2 1, less in most models of m-b (1 of 1, -3.0); neither in m-a (more in 1, less in 1 of 3, -3.0 to +4.0)'
is '... and in how many experiments' "$(said kept/above), $(said dearer)" 'michel (1 of 2), none'
ok 'without any' numbers "$tmp/roles.tsv" "$tmp"/m-{a,b}/methods.tsv
is '... nothing is said' "$(said state), $(said removal/state), $(said kept/above), $(said greedy)" 'not run, not run, none, none'
finish
