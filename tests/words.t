#!/usr/bin/env bash
# words.t: what the text says of an experiment's methods, however the numbers fall: by cross-fitted intervals alone.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"
. tests/numbers.sh

mkdir "$tmp/m"
table() { printf '%s\n' "${@:2}" | tr ' ' '\t' >"$tmp/$1.tsv"; }
table roles 'role experiment repeats state why_not' 'one m distilbert-sst2 run NA'
# On the same sentences r is 0.9 everywhere: no word may come from it; its interval stands beside the published number alone.
table m/methods 'method spearman ci_low ci_high p layer_spearman retention_mean retention_k5 accuracy_k5 within_layer cross_fitted cross_fitted_low cross_fitted_high within_layer_cross_fitted within_layer_cross_fitted_low within_layer_cross_fitted_high' \
    'oan 0.9 0.5 1 0.001 0 99 99 90 0.9 0.6 0.4 0.7 0.5 0.4 0.6' \
    'tam 0.9 -0.7 0 0.5 0 99 99 90 0.9 -0.5 -0.7 -0.3 0.1 -0.1 0.3' \
    'random 0.9 0.8 1 NA 0 70 70 90 0.9 0 -0.2 0.2 0 -0.2 0.2' \
    'taylor 0.9 0.8 1 0.5 0 99 99 90 0.9 0.45 0.3 0.6 0.4 0.2 0.5' \
    'attnorm 0.9 0.8 1 0.5 0 99 99 90 0.9 0.1 -0.1 0.2 0 -0.1 0.1' \
    'entinv 0.9 0.8 1 0.5 0 99 99 90 0.9 0.1 -0.1 0.3 0 -0.1 0.1' \
    'gradmag 0.9 NA NA 0.5 0 99 99 90 0.9 NA NA NA NA NA NA'
table m/kept 'method k margin low high above above_low above_high split_error' \
    'oan mean 90 85 95 20 15 25 0.1' 'oan 5 90 85 95 20 15 25 3' 'tam mean 60 50 72 -10 -20 -1 0.4' 'tam 5 20 10 30 -50 -60 -40 3' \
    'taylor mean 84 80 88 14 10 18 0.2' 'taylor 5 78 74 84 8 4 14 3' 'attnorm mean 75 65 85 5 -5 15 0.2' 'attnorm 5 70 65 75 0 -5 5 3'
table m/retention 'method k share margin accuracy margin_low margin_high accuracy_low accuracy_high cross_fitted cross_fitted_low cross_fitted_high above p_holm' \
    'oan 5 10 99 90 NA NA NA NA 90 85 95 0 1' 'random 5 10 70 90 60 80 80 95 NA NA NA NA NA' 'taylor 5 10 99 90 NA NA NA NA 78 74 84 0 1'
numbers() {
    awk "${by_numbers[@]}" \
        "$tmp/roles.tsv" data/published.tsv "$tmp"/m*/*.tsv >"$tmp/numbers.tex"
}
value() { sed -n "s,^.setvalue{one/$1}{\(.*\)}\$,\1,p" "$tmp/numbers.tex"; }
values() { for method; do value "$method/$key"; done | paste -sd ,; }

ok 'numbers of an experiment' numbers
key=strength
is 'all of the interval counts' "$(values oan tam taylor)" 'strongly positive,inverted,positive'
is '... where it includes zero, how wide it is' "$(values attnorm entinv gradmag)" 'near zero,not told from zero,not defined'
key=published_place
is 'where the published number lies' "$(values oan tam taylor attnorm gradmag)" \
    'lies inside,lies above,lies below,lies below,cannot be compared with'
key=carried
is 'a large p, where r is clear of zero: the layers carry it, or it is open' "$(values oan tam taylor attnorm)" \
    'no,by layers,open,no'
key=band
is 'what is kept beside random rankings' "$(values oan tam taylor attnorm entinv)" \
    'lies above,lies below,reaches into,lies inside,cannot be compared with'
is '... its value and interval' "$(value oan/kept_5) $(value oan/kept_5_low) $(value oan/kept_mean_high)" \
    '\num{90.0} \num{85.0} \num{95.0}'
is '... and the largest error by the splits' "$(sed -n 's,^.setvalue{kept/split_error},,p' "$tmp/numbers.tex")" '{\num{0.4}}'
is 'a ranking does not order what overlaps' "$(value ranking/cross_fitted | sed 's/.name//g; s/[{}$\]//g')" \
    'oan sim taylor > attnorm sim entinv sim random > tam'
sed -i '/^entinv/s/-0.1\t0.3\t/0.05\t0.3\t/' "$tmp/m/methods.tsv"
ok '... unless it clears zero' numbers
is '... beside random rankings, which are about zero' "$(value ranking/cross_fitted | sed 's/.name//g; s/[{}$\]//g')" \
    'oan sim taylor > attnorm sim entinv > random > tam'
sed -i '/^entinv/s/0.05\t0.3\t/-0.1\t0.3\t/' "$tmp/m/methods.tsv"
numbers
is '... of what is kept, random rankings by the difference from them' "$(value ranking/retention | sed 's/.name//g; s/[{}$\]//g')" \
    'oan sim taylor sim attnorm sim random > tam'
is 'nothing keeps more than the whole margin' "$(value above)" none
anywhere() { sed -n "s,^.setvalue{$1/anywhere}{\(.*\)}\$,\1,p" "$tmp/numbers.tex"; }
is '... here or elsewhere' "$(anywhere above)" none
sed -i '/^oan/s/0\t1$/1\t0.01/' "$tmp/m/retention.tsv"
mkdir "$tmp/m-s2" "$tmp/m-s3"
sed '/^oan/p; /^oan/s/5/7/' "$tmp/m/retention.tsv" >"$tmp/m-s2/retention.tsv"
table m-s2/facts 'name value' 'harmful_heads_holm 2'
table m-s3/facts 'name value' 'harmful_heads_holm 3'
table m/facts 'name value' 'harmful_heads_holm 0'
ok '... what does' numbers
is '... is named' "$(value above)" '\name{oan} at 5'
is '... with every further model' "$(anywhere above)" '\name{oan} in \experiment{m-s2} (5, 7) and \name{oan} in \experiment{m} (5)'
is '... as are those with heads that do harm' "$(anywhere harmful)" '\experiment{m} (2, 3)'

table m/differences 'method against spearman cross_fitted cross_fitted_low cross_fitted_high' 'oan taylor 0.1 0.1 0.05 0.2'
table m/removal 'method k margin low high above above_low above_high random_95' 'taylor mean 84 80 88 -6 -9 -3 80'
ok 'paired differences from OAN' numbers
is '... tell apart what overlaps' "$(value ranking/cross_fitted | sed 's/.name//g; s/[{}$\]//g')" \
    'oan > taylor > attnorm sim entinv sim random > tam'
is '... in what is kept, too' "$(value ranking/retention | sed 's/.name//g; s/[{}$\]//g')" \
    'oan > taylor sim attnorm sim random > tam'

# Without a column that the text rests on there is no text.
without() { # TABLE COLUMN
    rm -rf "$tmp/lacking" && mkdir "$tmp/lacking" && cp "$tmp"/m/* "$tmp/lacking/"
    sed -i "1s/\\b$2\\b/was_$2/" "$tmp/lacking/$1.tsv"
    awk "${by_numbers[@]}" "$tmp/lacking/$1.tsv" >"$tmp/numbers.tex"
}
for column in methods:within_layer_cross_fitted methods:within_layer_cross_fitted_low kept:split_error \
    retention:above retention:p_holm retention:cross_fitted_high; do
    fails 1 "^numbers.awk: .*/${column%:*}.tsv: has no column '${column#*:}'$" "without the column ${column/:/.tsv, }" \
        without "${column%:*}" "${column#*:}"
done

finish
