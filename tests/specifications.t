#!/usr/bin/env bash
# specifications.t: what paper/specifications.awk makes of specifications, beside values worked out by hand.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016 # the variables are awk's
. "$(dirname "$0")/tap.sh"
. tests/numbers.sh

mkdir "$tmp/made"
table=$tmp/made/multiverse.tsv
header='method column form tokens target temperature truth level estimate r low high reliability reliable truth_r truth_error effective_sentences'

# write ROW...: form/tokens/level/estimate/r/reliable, all else being the same.
write() {
    local row
    tr ' ' '\t' <<<"$header" >"$table"
    for row in "$@"; do
        IFS=/ read -r form tokens level estimate r reliable <<<"$row"
        printf 'oan\toan\t%s\t%s\tnone\tNA\tablation\t%s\t%s\t%s\tNA\tNA\t0.9\t%s\t1\tNA\t4\n' \
            "$form" "$tokens" "$level" "$estimate" "$r" "$reliable"
    done >>"$table"
}
# run CODE: at the end, with the experiment e and its method m.
run() {
    awk "${tsv[@]}" -f paper/specifications.awk \
        -f <(printf '%s\n' 'BEGIN { program = "test" }' "END { e = \"made\"; m = \"oan\"; $1 }") "$table"
}
of_all='n = sort_specifications(e, m, s); k = choose(e, m, s, n, "", "", 1, v);'

# Two forms by two levels, an undefined one, and one of an unreliable truth.
write l1/all/all/same/0.4/1 l2/all/all/same/-0.2/1 l1/all/within_layer/same/0.1/1 l2/all/within_layer/same/0.3/1 \
    l1/first/all/same/NA/1 l2/first/all/same/-0.9/0
is 'what is not defined is no specification, what is unreliable is left out' "$(run "$of_all print n, k")" '5 4'
is 'the median lies between the middle two' "$(run "$of_all print quantile(v, k, 0.5)")" 0.2
is '... the quartile as R has it' "$(run "$of_all print quantile(v, k, 0.25)")" 0.025
is '... the ends are the ends' "$(run "$of_all print quantile(v, k, 0), quantile(v, k, 1)")" '-0.2 0.4'
is 'of one choice' "$(run 'n = sort_specifications(e, m, s); k = choose(e, m, s, n, "form", "l2", 1, v); print k, v[1], v[2]')" \
    '2 -0.2 0.3'
is '... the unreliable' "$(run 'n = sort_specifications(e, m, s); k = choose(e, m, s, n, "form", "l2", 0, v); print k, v[1]')" \
    '1 -0.9'
is 'a share below counts equal ones half' "$(run "$of_all print share_below(v, k, 0.3), share_below(v, k, 0)")" '62.5 25'
# form alone: .4 and -.2, .1 and .3; level alone: .4 and .1, -.2 and .3
is 'pairs that differ in the form alone' "$(run 'compare_choices(e, m, "form"); print pairs, flips, moves')" '2 50 0.4'
is '... in the level alone' "$(run 'compare_choices(e, m, "level"); print pairs, flips, moves')" '2 50 0.4'
is '... in what was not chosen' "$(run 'compare_choices(e, m, "truth"); print pairs, flips, moves')" '0 NA NA'
write l1/all/all/same/0.4/1 l2/all/all/same/-0.1/1 l1/all/within_layer/same/0.1/1 l2/all/within_layer/same/-0.3/1
is 'the choice that turns the sign most often' "$(run 'print turning_choice(e, m), most_flips')" 'form 100'
write l1/all/all/same/0.4/1 l2/all/all/same/0.1/1
is '... if any does' "$(run 'print "<" turning_choice(e, m) ">", most_flips')" '<> 0'
write l1/all/all/same/0.4/0
is 'no reliable one' "$(run "$of_all print k + 0, quantile(v, k, 0.5), share_below(v, k, 0)")" '0 NA NA'

write l1/all/all/same/0.4/1 l2/all/all/same/-0.2/1
for name in multiverse choices why; do
    ok "the table $name" awk -v repeats=none "${tsv[@]}" -f paper/specifications.awk -f paper/tables/$name.awk "$table"
done
awk -v repeats=none "${tsv[@]}" -f paper/specifications.awk -f paper/tables/multiverse.awk "$table" >"$tmp/table"
is '... has a row of its numbers' "$(grep 'name{oan}' "$tmp/table")" \
    '\name{oan} & 2 & 0 & $+.10$ & $-.20$ & $+.40$ & 50 & -- & -- & \val{choice/form} & 100 \\'
cut -f 1-9 "$table" >"$tmp/made/short.tsv"
mv "$tmp/made/short.tsv" "$table"
fails 1 "multiverse.awk: .*multiverse.tsv: has no column 'r'" 'a table without r' \
    awk -v repeats=none "${tsv[@]}" -f paper/specifications.awk -f paper/tables/multiverse.awk "$table"

finish
