#!/usr/bin/env bash
# claims-table.t: how verdicts are told: the paper's tables of claims, and the words that the text takes from numbers.awk.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"
. tests/numbers.sh

# table FILE LINE...: tabs for spaces, ~ for a space.
table() { mkdir -p "$(dirname "$tmp/$1")" && printf '%s\n' "${@:2}" | tr ' ~' '\t ' >"$tmp/$1"; }
# verdicts CLAIM:VERDICT:BECAUSE:ROBUST:DEPENDS_ON[:SEEDS:SENTENCES[:FEWER:VERDICT]]...: in general.
verdicts() {
    {
        tr ' ' '\t' <<<'claim scope verdict because estimate low high experiment sentences seeds reliability region_low region_high rankings robust depends_on fewer fewer_verdict'
        for line; do
            IFS=: read -r name verdict because robust depends seeds sentences fewer by_fewer <<<"$line"
            printf '%s\tgeneral\t%s\t%s\t0.5\t0.4\t0.6\tours\t%s\t%s\t0.45\t0.1\tNA\tNA\t%s\t%s\t%s\t%s\n' "$name" "$verdict" \
                "$because" "${sentences:-80}" "${seeds:-3}" "$robust" "$depends" "${fewer:-NA}" "${by_fewer:-NA}"
        done
    } >"$tmp/verdicts.tsv"
}
header='claim experiment method statistic value region parts changed note'
table published.tsv "$header" 'r e oan spearman 0.5 numeric NA NA one:~a~number' 'chance e random spearman 0.1 numeric NA NA NA' \
    'strong e oan spearman NA strong NA NA NA' 'better e oan-tam spearman NA better NA since:~changed NA' \
    'weak e tam spearman NA positive NA NA NA' 'few e taylor spearman NA fails NA NA ours:~a~part' \
    'both e NA NA NA all r,strong NA summary:~both~of~them' 'causes NA NA NA NA all both,depth NA summary:~causes' \
    'depth NA oan depth NA holds_rising NA NA NA' 'gap NA oan boundary NA better NA NA NA'
awk_table() { awk -v repeats="$1" "${tsv[@]}" -f paper/verdicts.awk -f paper/tables/claims.awk "$tmp/published.tsv" "$tmp/verdicts.tsv" >"$tmp/table"; }
# cell TEXT N: of the row that begins so.
cell() { grep -F "$1" "$tmp/table" | awk -F ' & | \\\\\\\\$' -v n="$2" '{ print $n }'; }

verdicts 'r:supported:NA:no:spearman,mean_ablation_cross_fitted,within_layer_cross_fitted,partial_layer_cross_fitted,oan_cls:3:872' \
    'chance:supported:NA:yes:NA' 'strong:contradicted:NA:yes:NA' 'better:supported:NA:no:oan-tam_gini,oan_cls-tam' \
    'weak:not decided:reliability:NA:NA' 'few:not decided:seeds:NA:NA:2' 'both:contradicted:strong:yes:NA:0:NA' \
    'causes:contradicted:both,depth:NA:NA:0:NA' 'depth:contradicted:direction:NA:NA:5:NA' 'gap:not decided:seeds:NA:NA:1:NA'
awk_table e
is 'an estimate is over seeds and sentences' "$(cell '\name{oan}: \num' 4), $(cell '\name{taylor}: fails' 4)" '$3 \times 872$, $2 \times 80$'
is 'alternatives have the words of the text' "$(cell '\name{oan}: \num' 5)" \
    'not by the same sentences, removal to the mean, within layers, beyond layers, \code{oan\_cls}'
is '... of a difference, the variant on either side' "$(cell '\name{oan} less' 5)" 'not by \code{tam\_gini}, \code{oan\_cls}'
is 'random rankings are where they are by construction' "$(cell '\name{random}' 5)" 'by construction'
is 'what is open says why' "$(cell '\name{tam}: positive' 5), $(cell '\name{taylor}: fails' 5)" 'reliability \num{0.45}, 2 seeds'
is 'a compound claim has its parts' "$(cell both 2)" '1 of 2 parts, robust'
awk_table NA
is 'a rule that holds the other way round' "$(cell 'convergence depth: holds, $r$ rising' 5)" 'the other way round'
is '... over runs alone' "$(cell 'convergence depth' 4)" 5
is 'too few runs are reliable' "$(cell 'sentiment less topics' 5)" '1 reliable run'

verdicts 'r:supported:NA:no:a_1,a_2,a_3,a_4,within_layer'
awk_table e
is 'many variants are counted' "$(cell '\name{oan}: \num' 5)" 'not by the same sentences, 4 variants'
verdicts 'r:supported:NA:yes:NA:3:872:80:contradicted' 'strong:supported:NA:NA:NA:3:872:80:not decided' \
    'few:supported:NA:yes:NA:3:872:80:supported'
awk_table e
is 'fewer sentences are named where their verdict is another' \
    "$(cell '\name{oan}: \num' 5), $(cell '\name{oan}: strong' 5), $(cell '\name{taylor}: fails' 5)" \
    'robust; by 80: contradicted, by 80: not decided, robust'
is 'what is ours has a dagger' "$(cell '\name{taylor}: fails' 1), $(cell '\name{oan}: strong' 1)" \
    '\name{taylor}: fails$^\dagger$, \name{oan}: strong'

# --- the text

table roles.tsv 'role experiment repeats state why_not'
# numbers [TABLE...]: with the tables of the controlled design.
numbers() {
    awk "${by_numbers[@]}" \
        "$tmp/roles.tsv" "$tmp/published.tsv" "$tmp/verdicts.tsv" "$@" >"$tmp/numbers"
}
# value KEY
value() { sed -n "s,^\\\\setvalue{$1}{\\(.*\\)}$,\\1,p" "$tmp/numbers"; }
# count VERDICT...: of so many claims, what the text says.
count() {
    local lines=() names=(r chance strong better weak few)
    for verdict; do lines+=("${names[${#lines[@]}]}:$verdict:NA:NA:NA"); done
    verdicts "${lines[@]}"
    numbers
}
count supported contradicted supported 'not decided' 'not run'
is 'verdicts are counted' "$(value claims/counted)" \
    '4 numbers and claims were put to the test: 2 are supported, 1 is contradicted and 1 is not decided'
is '... and what was not run' "$(value claims/untested), $(value claims/few)" 'one more, none'
count supported contradicted
is '... of two kinds' "$(value claims/counted)" '2 numbers and claims were put to the test: 1 is supported and 1 is contradicted'
count supported supported 'not run' 'not run'
is '... of one kind' "$(value claims/counted), $(value claims/untested)" \
    '2 numbers and claims were put to the test: all are supported, 2 more'
count 'not decided' 'not decided'
is '... that are open' "$(value claims/counted)" '2 numbers and claims were put to the test: none is decided'
count contradicted
is '... of one' "$(value claims/counted)" 'One number or claim was put to the test: it is contradicted'
count
is '... of none' "$(value claims/counted)" 'No number or claim was put to the test'

verdicts 'strong:contradicted:NA:yes:NA' 'both:contradicted:strong:yes:NA' 'causes:not decided:both,gap:NA:NA'
numbers
is 'a compound claim has the parts that make it' "$(value verdict/both)$(value reason/both)" \
    'contradicted, by 1 of its 2 parts (\name{oan}: strong, claimed of \experiment{e}), robustly'
is '... or that are open' "$(value verdict/causes)$(value reason/causes)" \
    'not decided, open in 2 of its 2 parts (both of them; \name{oan}, sentiment less topics: better)'
is '... and another none; but both say how robust they are' "$(value reason/strong)" ', robustly'
is '... asked by whom' "$(verdicts 'both:contradicted:few:NA:NA' && numbers && value reason/both)" \
    ', by 1 of its 2 parts (\name{taylor}: fails, asked by us)'
verdicts 'r:supported:NA:yes:NA:3:872:80:contradicted' 'strong:not decided:interval:NA:NA:3:872:80:supported' \
    'weak:not decided:interval:NA:NA:3:872:80:supported' 'few:supported:NA:yes:NA:3:872:80:supported' \
    'depth:contradicted:direction:NA:NA:5:NA'
numbers
is 'verdicts by fewer sentences are counted' "$(value claims/by_fewer)" '1 supported would be contradicted and 2 not decided would be supported'
is 'what holds the other way round is named' "$(value claims/turned_round)" '\code{depth}'
is 'what was changed is told' "$(value claims/changed)" '\code{better}: since: changed'

# depth ESTIMATE LOW HIGH: what the text says of r while a network converges.
depth() {
    table plan.tsv 'name value' 'runs 41'
    table claims.tsv 'claim part estimate low high seeds against threshold holds' "depth depth $1 $2 $3 5 NA 0.25 yes"
    numbers "$tmp/plan.tsv" "$tmp/claims.tsv"
    printf 'r %s, %s' "$(value boundary/depth/way)" "$(value boundary/depth/surmise)"
}
is 'r that falls' "$(depth -0.3 -0.4 -0.2)" 'r falls, the opposite of what the series surmises, so that convergence depth, as surmised, does not explain a weak OAN on topics'
is 'r that rises' "$(depth 0.3 0.2 0.4)" 'r rises, as the series surmises'
is 'r that does neither' "$(depth 0.1 -0.2 0.4)" 'r neither rises nor falls clearly, where the series surmises that it rises'
is 'r that was not followed' "$(depth NA NA NA)" 'r was not followed, so that what the series surmises, that it rises, is not tested'

finish
