#!/usr/bin/env bash
# judge.t: made-up tables for every verdict, region and scope; the intervals as awk has them; and every refusal.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

out=$tmp/out.tsv
judge() { "$bin/judge" "$@" -o "$out"; }
# table FILE LINE...: tabs for spaces, ~ for a space.
table() { mkdir -p "$(dirname "$tmp/$1")" && printf '%s\n' "${@:2}" | tr ' ~' '\t ' >"$tmp/$1"; }
# cell CLAIM COLUMN [SCOPE]: of the table written last.
cell() { env/cell.sh "$out" "$2" "claim=$1" "scope=${3:-general}"; }
# verdicts CLAIM...: in general, one after another.
verdicts() { for claim; do cell "$claim" verdict; done | paste -sd ,; }

header='claim experiment method statistic value region parts'
# claims LINE...: published.tsv; every experiment has 12 heads in 6 layers.
claims() { table published.tsv "$header" 'heads e NA heads 12 NA NA' 'layers e NA layers 6 NA NA' "$@"; }
models() { table models.tsv 'folder experiment repeats origin seed' "$@"; }
columns='method spearman ci_low ci_high cross_fitted cross_fitted_low cross_fitted_high'
# seed FOLDER R...: methods a, b, … with this cross-fitted r, interval ± 0.05, and 0.8 for the reliability.
seed() {
    local folder=$1 names=(a b c d e f g h) rows=() i=0
    for r in "${@:2}"; do
        rows+=("${names[i++]} $r $r $r $(awk -v r="$r" 'BEGIN { print r, r - 0.05, r + 0.05 }')")
    done
    table "$folder/methods.tsv" "$columns" "${rows[@]}"
    table "$folder/facts.tsv" 'name value' 'sentences 80' 'reliability 0.8'
}
three=("$tmp"/m{,-s2,-s3}/{methods,facts}.tsv)
models 'm m e own 1' 'm-s2 m e own 2' 'm-s3 m e own 3' 'c c e checkpoint NA'

# --- regions: means over three seeds, 0.1 apart; half an interval is then 0.248

seed m 0.70 0.10 -0.60 0.30 0.01
seed m-s2 0.80 0.20 -0.50 0.31 0.01
seed m-s3 0.90 0.30 -0.40 0.32 0.01
claims 'strong e a spearman NA strong NA' 'positive e a spearman NA positive NA' \
    'inverted e a spearman NA inverted NA' 'near e e spearman NA near_zero NA' 'far e a spearman NA near_zero NA' \
    'open e b spearman NA positive NA' 'down e c spearman NA inverted NA' 'fails e c spearman NA fails NA' \
    'works e a spearman NA fails NA' 'weak e d spearman NA strong NA' 'number e a spearman 0.75 numeric NA' \
    'other e c spearman 0.75 numeric NA' 'told e a spearman 0.5 NA NA'
ok 'three seeds' judge "$tmp/published.tsv" "$tmp/models.tsv" "${three[@]}"
is '... decide what lies inside a region, or outside' "$(verdicts strong positive inverted near far down fails works weak)" \
    'supported,supported,contradicted,supported,contradicted,supported,supported,contradicted,contradicted'
is '... and not what crosses its bound' "$(cell open verdict): $(cell open because)" 'not decided: interval'
is '... by the mean and the interval of Student' "$(cell strong estimate) $(cell strong low) $(cell strong high)" \
    "$(awk 'BEGIN { reach = 4.302652729911275 * 0.1 / sqrt(3); printf "0.8 %.9g %.9g", 0.8 - reach, 0.8 + reach }')"
is '... over seeds' "$(cell strong seeds) $(cell strong unit) $(cell strong reliability)" '3 seeds 0.8'
is 'a number has the interval of Fisher' "$(cell number region_low) $(cell number region_high)" "$(awk '
    function tanh(x) { return (exp(2 * x) - 1) / (exp(2 * x) + 1) }
    BEGIN { z = log(1.75 / 0.25) / 2; reach = 1.959963984540054 / 3; printf "%.9g %.9g", tanh(z - reach), tanh(z + reach) }')"
is '... in which the mean may lie or not' "$(verdicts number other)" 'not decided,contradicted'
is 'what is told alone is not judged' "$(grep -c '^told' "$out")" 0
is 'nothing is said of a checkpoint that is not here' "$(cut -f 2,3 "$out" | grep ^checkpoint | sort -u)" \
    "$(printf 'checkpoint\tnot run')"

seed c 0.45 0.05 0.40 0.41 -0.10
claims 'at e a spearman NA strong NA' 'over e c spearman NA strong NA' 'edge e e spearman NA inverted NA' \
    'zero e b spearman NA near_zero NA'
ok 'a checkpoint' judge "$tmp/published.tsv" "$tmp/models.tsv" "$tmp"/c/*.tsv
is '... is judged by its sentences' "$(cell at low checkpoint) $(cell at unit checkpoint) $(cell at seeds checkpoint)" '0.4 sentences 1'
is '... bounds belong to a region' "$(for c in at over edge zero; do cell $c verdict checkpoint; done | paste -sd ,)" \
    'supported,not decided,not decided,supported'
is '... which are told' "$(cell at experiment checkpoint) $(cell at sentences checkpoint)" 'c 80'
is '... and nothing is said in general' "$(cell at verdict) $(cell at experiment) $(cell at sentences)" 'not run NA NA'

# --- what leaves a claim open

seed m 0.80
seed m-s2 0.81
claims 'strong e a spearman NA strong NA'
ok 'two seeds' judge "$tmp/published.tsv" "$tmp/models.tsv" "$tmp"/m{,-s2}/*.tsv
is '... decide nothing' "$(cell strong verdict): $(cell strong because)" 'not decided: seeds'
is '... though there is an interval' "$(cell strong estimate) $(cell strong unit) $(cell strong low)" "$(awk '
    BEGIN { printf "0.805 seeds %.9g", 0.805 - 12.706204736174694 * 0.005 }')"
ok 'one seed' judge "$tmp/published.tsv" "$tmp/models.tsv" "$tmp"/m-s2/*.tsv
is '... decides nothing' "$(cell strong verdict): $(cell strong because)" 'not decided: seeds'
is '... and has the interval of its sentences' "$(cell strong estimate) $(cell strong unit) $(cell strong low)" \
    '0.81 sentences 0.76'
seed m-s3 0.82
# reliable R
reliable() {
    local folder
    for folder in m m-s2 m-s3; do table $folder/facts.tsv 'name value' 'sentences 80' "reliability $1"; done
    ok "a reliability of $1" judge "$tmp/published.tsv" "$tmp/models.tsv" "${three[@]}"
}
reliable 0.5
is '... is enough' "$(cell strong verdict)" supported
reliable 0.49
is '... is not' "$(cell strong verdict): $(cell strong because)" 'not decided: reliability'
reliable NA
is '... which is not known is not, either' "$(cell strong verdict): $(cell strong because)" 'not decided: reliability'

# --- which of our experiments decides in general: the one on most sentences, if it has seeds enough

models 'm m e own 1' 'm-s2 m e own 2' 'm-s3 m e own 3' 'n n e own 1' 'n-s2 n e own 2' 'n-s3 n e own 3'
for folder in m m-s2 m-s3; do seed $folder 0.8; done
for folder in n n-s2 n-s3; do seed $folder 0; sed -i 's/80$/872/' "$tmp/$folder/facts.tsv"; done
sed -i '/^n-s3/d' "$tmp/models.tsv"
ok 'two seeds on more sentences' judge "$tmp/published.tsv" "$tmp/models.tsv" "${three[@]}" "$tmp"/n{,-s2}/*.tsv
is '... do not' "$(cell strong verdict)" supported
is '... and fewer sentences there are none' "$(cell strong fewer) $(cell strong fewer_verdict)" 'NA NA'
printf 'n-s3\tn\te\town\t3\n' >>"$tmp/models.tsv"
ok 'three seeds on more sentences' judge "$tmp/published.tsv" "$tmp/models.tsv" "${three[@]}" "$tmp"/n{,-s2,-s3}/*.tsv
is '... do' "$(cell strong verdict) $(cell strong estimate)" 'contradicted 0'
is '... and are named' "$(cell strong experiment) $(cell strong sentences) $(cell strong seeds)" 'n 872 3'
is '... beside what fewer would say' "$(cell strong fewer) $(cell strong fewer_verdict)" '80 supported'
ok '... of which two seeds say nothing' judge "$tmp/published.tsv" "$tmp/models.tsv" "$tmp"/m{,-s2}/*.tsv "$tmp"/n{,-s2,-s3}/*.tsv
is '... either way' "$(cell strong fewer) $(cell strong fewer_verdict)" 'NA NA'
sed -i 's/^a/b/' "$tmp/n-s2/methods.tsv"
ok 'three seeds on more sentences, of which two have the score' judge "$tmp/published.tsv" "$tmp/models.tsv" "${three[@]}" \
    "$tmp"/n{,-s2,-s3}/*.tsv
is '... leave it to the others' "$(cell strong experiment) $(cell strong sentences) $(cell strong verdict)" 'm 80 supported'

# --- differences, layers, classes, what is kept, harmful heads

models 'm m e own 1' 'm-s2 m e own 2' 'm-s3 m e own 3' 'c c e checkpoint NA'
claims 'better e a-b spearman NA better NA' 'worse e b-a spearman NA better NA' 'none-better e a-c spearman NA better NA' \
    'layers-up e a layer_spearman 0.9 numeric NA' 'class e a spearman_Sci/Tech NA near_zero NA' \
    'mean e a spearman_class_mean NA strong NA' 'kept e a retention_mean NA retains NA' \
    'chance e b retention_mean NA retains NA' 'lost e c retention_mean NA retains NA' \
    'above-random e a-random retention_k30 NA better NA' 'below-random e random-a retention_k30 NA better NA' \
    'above e a retention_k40 NA above_100 NA' 'above-one e b retention_k40 NA above_100 NA' \
    'below e c retention_k40 NA above_100 NA' 'harm e NA harmful_heads NA some NA' 'no-harm e NA harmful_heads NA none NA' \
    'elsewhere e a-b retention_mean NA better NA'
number=1
for folder in m m-s2 m-s3; do
    table $folder/methods.tsv "$columns layer_cross_fitted" "a 0 0 0 0 0 0 0.9$number" 'oracle 0 0 0 0 0 0 0.6'
    table $folder/differences.tsv 'method against cross_fitted cross_fitted_low cross_fitted_high' \
        "a b 0.3$number 0.2 0.4" 'a c 0 0 0'
    table $folder/classes.tsv 'class reading truth method cross_fitted reliability' "Sci/Tech max raw a 0.0$number 0.7" \
        "Sci/Tech max centred a 0.9 0.7" "mean max raw a 0.8$number 0.3" 'mean mean raw a 0 0.9'
    table $folder/kept.tsv 'method k margin low high above above_low above_high random_95' \
        "a mean 99.$number 98 100 9 8 9 97" "b mean 99.$number 98 100 9 8 9 99.9" "c mean 90.$number 89 91 9 8 9 97" \
        "a 30 99 98 100 9.$number 8 10 97" "a 40 120.$number 110 130 9 8 9 125" "b 40 120.$number 110 130 9 8 9 97" \
        "c 40 80.$number 70 90 9 8 9 97"
    table $folder/retention.tsv 'method k above' 'a 40 1' "b 40 $((number != 2))" 'c 40 0'
    table $folder/facts.tsv 'name value' 'reliability 0.8' 'draws 10' 'harmful_heads 4' "harmful_heads_holm $number" 'ablation_negative 7'
    number=$((number + 1))
done
all=("$tmp"/m{,-s2,-s3}/{methods,differences,classes,kept,retention,facts}.tsv)
ok 'every table' judge "$tmp/published.tsv" "$tmp/models.tsv" "${all[@]}"
is 'differences, either way round' "$(verdicts better worse none-better)" 'supported,contradicted,contradicted'
is '... have a sign' "$(cell better estimate) $(cell worse estimate)" '0.32 -0.32'
is 'layers have an interval of their own number' "$(cell layers-up region_low) $(verdicts layers-up)" "$(awk '
    BEGIN { z = log(19) / 2 - 1.959963984540054 / sqrt(3); printf "%.9g", (exp(2 * z) - 1) / (exp(2 * z) + 1) }') supported"
is '... and a reliability: that of the halves of their means, stepped up' "$(cell layers-up reliability)" 0.75
is 'classes have a reliability of their own' "$(verdicts class mean) $(cell mean because)" 'supported,not decided reliability'
table c/classes.tsv 'class reading truth method cross_fitted cross_fitted_low cross_fitted_high reliability' \
    'Sci/Tech max raw a 0.05 -0.1 0.19 0.7'
ok 'a class of a checkpoint' judge "$tmp/published.tsv" "$tmp/models.tsv" "$tmp/c/classes.tsv"
is '... has the interval of its sentences' "$(cell class verdict checkpoint) $(cell class unit checkpoint) \
[$(cell class low checkpoint), $(cell class high checkpoint)]" 'supported sentences [-0.1, 0.19]'
ok 'every table again' judge "$tmp/published.tsv" "$tmp/models.tsv" "${all[@]}"
is 'what is kept must be more than random rankings keep' "$(verdicts kept chance lost)" 'supported,contradicted,contradicted'
is '... which is the bound' "$(cell kept region_low) $(cell chance region_low)" '98 99.9'
cp "$tmp/m/kept.tsv" "$tmp/kept.tsv"
sed -i '/^[ac]/s/97$/NA/' "$tmp/m/kept.tsv"
ok 'what they keep is not known of one seed' judge "$tmp/published.tsv" "$tmp/models.tsv" "${all[@]}"
is '... nothing is retained, but lost it may be' "$(verdicts kept lost)" 'not decided,contradicted'
mv "$tmp/kept.tsv" "$tmp/m/kept.tsv"
for folder in m m-s2 m-s3; do
    table $folder/chance.tsv 'method k draws margin margin_low margin_high margin_95' 'random mean 200 90 80 99 99.9' \
        'random 30 200 0 0 0 0' 'random_layers mean 200 90 80 99 0'
done
ok 'many random rankings' judge "$tmp/published.tsv" "$tmp/models.tsv" "${all[@]}" "$tmp"/m{,-s2,-s3}/chance.tsv
is '... take the place of few' "$(cell kept region_low) $(cell kept rankings) $(verdicts kept)" '99.9 200 contradicted'
is '... where they are told' "$(cell above rankings)" 10
ok 'few of them' judge "$tmp/published.tsv" "$tmp/models.tsv" "${all[@]}"
is 'what is kept beside them is a difference' "$(verdicts above-random below-random) $(cell below-random estimate)" \
    'supported,contradicted -9.2'
is '... of other methods there is none' "$(verdicts elsewhere)" 'not run'
is 'more than the whole must be so in every seed' "$(verdicts above above-one below)" 'supported,not decided,contradicted'
is 'harmful heads are counted' "$(verdicts harm no-harm) $(cell harm estimate) [$(cell harm low), $(cell harm high)] $(cell harm unit)" \
    'supported,contradicted 4 [1, 7] heads'
sed -i 's/holm\t.*/holm\t0/' "$tmp/m/facts.tsv"
ok 'none is left in one seed' judge "$tmp/published.tsv" "$tmp/models.tsv" "${all[@]}"
is '... both are open' "$(verdicts harm no-harm)" 'not decided,not decided'

# --- alternatives

wide="$columns within_layer within_layer_cross_fitted partial_layer_cross_fitted mean_ablation_cross_fitted"
number=1
for folder in m m-s2 m-s3; do
    table $folder/methods.tsv "$wide" "a 0.8 0 0 0.8$number 0 0 0.8 0.8 0.8 0.9" \
        "c 0.8 0 0 0.8$number 0 0 0.8 0.0$number 0.8 -0.8" 'd 0.1 0 0 NA NA NA NA NA NA NA'
    table $folder/multiverse.tsv 'method column truth level estimate r low high reliability' \
        "a a ablation all cross_fitted 0 0 0 0.8" "a a_b ablation all cross_fitted 0.8$number 0 0 0.8" \
        "a a_b ablation_mean all cross_fitted 0 0 0 0.8" "a a_b ablation all same 0 0 0 0.8" \
        "a a_b ablation within_layer cross_fitted 0.8$number 0 0 0.8" "a a_c ablation all cross_fitted 0 0 0 0.4" \
        "c c_x ablation all cross_fitted -0.8$number 0 0 0.8" "c c_x ablation within_layer cross_fitted 0 0 0 0.8" \
        "ab ab ablation all cross_fitted 0 0 0 0.8"
    number=$((number + 1))
done
claims 'firm e a spearman NA strong NA' 'shaky e c spearman NA strong NA' 'within e a within_layer_spearman NA strong NA' \
    'undefined e d spearman NA strong NA' 'both e NA NA NA all firm,shaky' 'wrong e a spearman NA inverted NA' \
    'one e NA NA NA all firm,wrong' 'rest e NA NA NA all undefined,firm' 'void e NA NA NA all undefined' \
    'nested e NA NA NA all rest,one' 'shaky-not e c spearman NA inverted NA' \
    'either e NA NA NA all wrong,shaky-not' 'fixed e NA harmful_heads NA none NA' 'stuck e NA NA NA all shaky-not,fixed'
for folder in m m-s2 m-s3; do table $folder/facts.tsv 'name value' 'reliability 0.8' 'harmful_heads 4' 'harmful_heads_holm 1' 'ablation_negative 7'; done
ok 'alternatives' judge "$tmp/published.tsv" "$tmp/models.tsv" "${three[@]}" "$tmp"/m{,-s2,-s3}/multiverse.tsv
is '... that agree; unreliable ones, and other scores, are left out' "$(cell firm verdict) $(cell firm robust) $(cell firm depends_on)" \
    'supported yes NA'
is '... that do not' "$(cell shaky robust) $(cell shaky depends_on)" 'no mean_ablation_cross_fitted,within_layer_cross_fitted,c_x'
sed -i '/within_layer/s/0.8$/0.4/' "$tmp"/m{,-s2,-s3}/multiverse.tsv
ok 'removals that are not reliable within layers' judge "$tmp/published.tsv" "$tmp/models.tsv" "${three[@]}" \
    "$tmp"/m{,-s2,-s3}/multiverse.tsv
is '... are no alternative' "$(cell shaky depends_on)" 'mean_ablation_cross_fitted,c_x'
is '... and leave open what is claimed within layers' "$(cell within verdict): $(cell within because)" 'not decided: reliability'
sed -i '/within_layer/s/0.4$/0.8/' "$tmp"/m{,-s2,-s3}/multiverse.tsv
ok 'reliable ones' judge "$tmp/published.tsv" "$tmp/models.tsv" "${three[@]}" "$tmp"/m{,-s2,-s3}/multiverse.tsv
is '... that agree within layers' "$(cell within verdict) $(cell within robust)" 'supported yes'
is 'what is undefined is not run' "$(verdicts undefined)" 'not run'
is 'a compound claim of supported parts' "$(cell both verdict) $(cell both because)" 'supported NA'
is '... stands as firmly as all of them' "$(cell both robust) $(cell both depends_on)" 'no shaky'
is '... with a contradicted part is contradicted by it' "$(cell one verdict) $(cell one because) $(cell one robust)" \
    'contradicted wrong yes'
is '... or as firmly as the firmest that contradicts it' "$(cell either verdict) $(cell either robust) $(cell either depends_on)" \
    'contradicted yes NA'
is '... or as one that has no alternatives' "$(cell stuck verdict) $(cell stuck robust) $(cell fixed robust)" 'contradicted yes NA'
is '... with an open part is open' "$(cell rest verdict) $(cell rest because)" 'not decided undefined'
is '... of nothing is not run' "$(verdicts void)" 'not run'
is '... of compound claims' "$(cell nested verdict) $(cell nested because)" 'contradicted one'

# --- alternatives of a difference: each variant of one score against the other score

wide='method against cross_fitted cross_fitted_low cross_fitted_high within_layer_cross_fitted'
number=1
for folder in m m-s2 m-s3 c; do
    table $folder/methods.tsv "$columns" 'a 0 0 0 0 0 0' "random 0 0 0 0.00$number 0 0"
    table $folder/differences.tsv "$wide" "a b 0.5$number 0.4 0.6 0.5$number" "a random 0.6$number 0.5 0.7 0.6" \
        "a_x a 0.3$number 0.2 0.4 0.3" "a a_x -0.3$number -0.4 -0.2 -0.3" "b random 0.1$number 0 0.2 0"
    table $folder/multiverse.tsv 'method column truth level estimate r low high reliability' \
        'a a ablation all cross_fitted 0.6 0 0 0.8' "a a_x ablation all cross_fitted 0.9$number 0 0 0.8" \
        "a a_y ablation all cross_fitted 0.0$number 0 0 0.8" 'b b ablation all cross_fitted 0.1 0 0 0.8' \
        "b b_x ablation all cross_fitted 0.5$((number * 2)) 0 0 0.8" "b b_y ablation all cross_fitted 0.8$number 0 0 0.8" \
        'a a ablation within_layer cross_fitted 0.6 0 0 0.8' 'b b ablation within_layer cross_fitted 0.1 0 0 0.8' \
        "b b_y ablation within_layer cross_fitted 0.0$number 0 0 0.8" 'a a_y ablation within_layer cross_fitted 0.5 0 0 0.4'
    table $folder/facts.tsv 'name value' 'sentences 80' 'reliability 0.8'
    number=$((number + 1))
done
claims 'better e a-b spearman NA better NA' 'chance e a-random spearman NA better NA' 'own e a_x-a spearman NA better NA' \
    'own-turned e a-a_x spearman NA better NA' 'within e a-b within_layer_spearman NA better NA' \
    'variant e a_x spearman NA strong NA'
models 'm m e own 1' 'm-s2 m e own 2' 'm-s3 m e own 3' 'c c e checkpoint NA'
differences() { judge "$tmp/published.tsv" "$tmp/models.tsv" "$tmp"/{m,m-s2,m-s3,c}/{methods,differences,multiverse,facts}.tsv; }
ok 'differences' differences
is '... whose seeds have an interval above 0, below, or across' "$(cell better verdict) $(cell better robust) $(cell better depends_on)" \
    'supported no a_y-b,a-b_y'
is '... from random rankings, which have no variants' "$(cell chance verdict) $(cell chance depends_on)" 'supported a_y-random'
is '... from a variant of its own, which has no others' "$(verdicts own own-turned) $(cell own robust) $(cell own-turned robust)" \
    'supported,contradicted yes yes'
is '... within layers' "$(cell within verdict) $(cell within robust) $(cell within depends_on)" 'supported yes NA'
is '... of a single model are not tried' "$(cell better verdict checkpoint) $(cell better robust checkpoint)" 'supported NA'
is 'a score that is a variant has no others' "$(cell variant robust)" NA
for folder in m m-s2 m-s3; do sed -i '/b_x.*all/s/0.5[0-9]/0.59/' "$tmp/$folder/multiverse.tsv"; done
sed -i '/b_x.*all/s/0.59/0.1/' "$tmp/m/multiverse.tsv"
ok 'a difference that the seeds do not agree on' differences
is '... is open' "$(cell better depends_on)" 'a_y-b,a-b_x,a-b_y'

# --- the controlled runs

snapshot='run step reading method depth depth_reading held_out_accuracy chance reliability spearman cross_fitted within_layer'
for run in 1 2 3; do
    table "sst2-s$run/snapshots.tsv" "$snapshot" "sst2-s$run 1 max a 0.4 0.4 0.5 0.5 0.8 0 -0.9 0" \
        "sst2-s$run 2 max a 0.3 0.3 0.9 0.5 0.8 0 0.5$run 0" "sst2-s$run 3 mean a 0.2 0.2 0.9 0.5 0.8 0 -0.9 0" \
        "sst2-s$run 4 max a 0.1 0.1 0.9 0.5 0.6 0 0.1$run 0"
done
table decided/claims.tsv 'claim part estimate low high seeds against threshold holds' \
    'no~boundary boundary 0.4 0.2 0.6 3 5 0 no' 'structure training 0.4 0.3 0.5 5 NA 0.25 yes' \
    'depth depth 0.1 0 0.2 5 NA 0.25 no' 'yardstick readout NA NA NA 0 NA 0.25 not~run'
# decided PART ESTIMATE LOW HIGH SEEDS AGAINST HOLDS: another answer for a part.
decided() {
    awk -F '\t' -v OFS='\t' -v part="$1" -v list="$2 $3 $4 $5 $6" -v holds="$7" '
        $2 == part { split(list, cell, " "); for (i = 1; i <= 5; i++) $(i + 2) = cell[i]; $9 = holds } { print }
    ' "$tmp/decided/claims.tsv" >"$tmp/decided/next.tsv" && mv "$tmp/decided/next.tsv" "$tmp/decided/claims.tsv"
}
claims 'lost NA a lost_sst2 NA better NA' 'end NA a converged_sst2 NA inverted NA' 'gap NA a boundary NA better NA' \
    'structure NA a structure NA holds NA' 'depth NA a depth NA holds NA' 'yardstick NA a yardstick NA holds NA' \
    'elsewhere NA a lost_four NA better NA' 'cause NA NA NA NA all lost,structure'
controlled=("$tmp"/sst2-s{1,2,3}/snapshots.tsv "$tmp/decided/claims.tsv")
rule=data/boundary/rule.tsv
ok 'controlled runs' judge --rule $rule "$tmp/published.tsv" "$tmp/models.tsv" "${controlled[@]}"
is '... from the first sound snapshot to the last' "$(cell lost estimate) $(cell end estimate) $(cell lost reliability)" '0.4 0.12 0.6'
is '... are judged' "$(verdicts lost end gap structure depth yardstick elsewhere cause)" \
    'supported,contradicted,supported,supported,contradicted,not run,not run,supported'
is '... with the seeds of the smaller side' "$(cell gap seeds) $(cell structure seeds)" '3 5'
is '... and not on a checkpoint' "$(cell cause verdict checkpoint)" 'not run'
is '... of no experiment of models' "$(cell lost experiment) $(cell lost sentences)" 'NA NA'
decided boundary NA NA NA 1 4 'not run'
ok 'a part with too few reliable runs' judge --rule $rule "$tmp/published.tsv" "$tmp/models.tsv" "${controlled[@]}"
is '... is not decided' "$(cell gap verdict) $(cell gap because) $(cell gap seeds)" 'not decided seeds 1'
decided boundary NA NA NA 0 4 'not run'
ok 'a part without a reliable run on one side' judge --rule $rule "$tmp/published.tsv" "$tmp/models.tsv" "${controlled[@]}"
is '... neither' "$(cell gap verdict) $(cell gap because) $(cell gap seeds)" 'not decided seeds 0'

claims 'depth NA a depth NA holds NA' 'rises NA a depth NA holds_rising NA' 'both NA NA NA NA all rises'
# rising ESTIMATE LOW HIGH HOLDS: what the rule says of depth, and what the claim gets that it rises.
rising() {
    decided depth "$1" "$2" "$3" 5 NA "$4"
    ok "a depth of $1, $4" judge "$tmp/published.tsv" "$tmp/models.tsv" "$tmp/decided/claims.tsv"
}
rising -0.4 -0.5 -0.3 yes
is 'a rule that holds the other way round' "$(verdicts depth rises): $(cell rises because)" 'supported,contradicted: direction'
is '... tells against what takes it' "$(cell both verdict) $(cell both because)" 'contradicted rises'
rising 0.4 0.3 0.5 yes
is 'a rule that holds as it is claimed' "$(verdicts depth rises): $(cell rises because)" 'supported,supported: NA'
rising -0.1 -0.2 0 no
is 'a rule that does not hold' "$(verdicts depth rises): $(cell rises because)" 'contradicted,contradicted: NA'
rising -0.3 -0.6 0.1 'not decided'
is 'a rule that decides nothing' "$(verdicts depth rises): $(cell rises because)" 'not decided,not decided: interval'
rising NA NA NA 'not run'
is 'a rule with too few runs' "$(verdicts depth rises): $(cell rises because)" 'not decided,not decided: seeds'
decided depth 0.1 0 0.2 5 NA no
claims 'lost NA a lost_sst2 NA better NA' 'structure NA a structure NA holds NA' 'gap NA a boundary NA better NA' \
    'end NA a converged_sst2 NA inverted NA' 'cause NA NA NA NA all lost,structure'
ok 'without them' judge "$tmp/published.tsv" "$tmp/models.tsv"
is '... nothing is' "$(verdicts lost end gap structure cause)" 'not run,not run,not run,not run,not run'
ok 'two of them' judge --rule $rule "$tmp/published.tsv" "$tmp/models.tsv" "${controlled[@]:0:2}"
is '... are too few' "$(cell lost verdict) $(cell lost because)" 'not decided seeds'

# --- the claims of the paper

table models.tsv 'folder experiment repeats origin seed' 'correlate p distilbert-sst2 own 1'
ok 'the published claims, by what correlate writes' judge data/published.tsv "$tmp/models.tsv" \
    tests/fixtures/correlate/{methods,differences,kept,retention,facts,classes}.tsv
is '... get two verdicts each' "$(tail -n +2 "$out" | wc -l)" \
    $((2 * $(awk -F '\t' '!/^#/ && $7 != "region" && $7 != "NA"' data/published.tsv | wc -l)))
is '... none of them by one seed' "$(cut -f 3 "$out" | tail -n +2 | sort -u | paste -sd ,)" 'not decided,not run'

# --- refusals

claims 'strong e a spearman NA strong NA'
models 'm m e own 1'
echo before >"$out"
# refuses REGEX NAME [TABLE...]
refuses() { fails 1 "^judge: .*$1" "$2" judge "$tmp/published.tsv" "$tmp/models.tsv" "${@:3}"; }
# broken_claims REGEX NAME LINE...
broken_claims() { claims "${@:3}"; refuses "published.tsv: .*$1" "$2"; claims 'strong e a spearman NA strong NA'; }
broken_claims "line 4: there is no region 'huge'" 'an unknown region' 'x e a spearman NA huge NA'
broken_claims "line 5: the claim 'x' is there twice" 'a claim twice' 'x e a spearman NA strong NA' 'x e a spearman NA strong NA'
broken_claims "line 4: 'y' is no claim above" 'a part that comes later' 'x e NA NA NA all y' 'y e a spearman NA strong NA'
broken_claims "line 4: 'heads' is no claim above that is judged" 'a part that is not judged' 'x e NA NA NA all heads'
broken_claims "line 4: 'x' is no claim above" 'a claim that is its own part' 'x e NA NA NA all x'
broken_claims "line 4: 'x' has no parts" 'no parts' 'x e NA NA NA all '
broken_claims "line 4: 'x' is 1.5 .expected a correlation" 'a number that is no correlation' 'x e a spearman 1.5 numeric NA'
broken_claims "line 4: 'x' is nan" 'no number' 'x e a spearman NA numeric NA'
broken_claims "line 4: value is '7-8'" 'a range' 'x e a spearman 7-8 numeric NA'
broken_claims 'line 4: how many heads f has is not said' 'a number of no known size' 'x f a spearman 0.5 numeric NA'
broken_claims "line 4: 'x' has no statistic" 'nothing measured' 'x e a NA NA strong NA'
broken_claims "line 4: 'x' is a number without" 'a number of nothing' 'x NA a spearman 0.5 numeric NA'
broken_claims 'line 4 has 6 cells' 'a cell too few' 'x e a spearman NA strong'
table published.tsv 'claim experiment method statistic value region' 'x e NA NA NA all'
refuses "has no column 'parts'" 'no column of parts'

claims 'x e a shape NA strong NA'
seed m 0.8
refuses "the statistic 'shape' is not known" 'an unknown statistic' "$tmp/m/methods.tsv"
claims 'x e NA spearman NA strong NA'
refuses "the statistic 'spearman' is of a method" 'a correlation of nothing' "$tmp/m/methods.tsv"
claims 'x NA a shape NA strong NA'
refuses "the controlled runs have no statistic 'shape'" 'an unknown statistic of the controlled runs'
claims 'strong e a spearman NA strong NA'

models 'm m e mine 1'
refuses "models.tsv: line 2: origin is 'mine'" 'another origin'
models 'm m e own NA'
refuses 'models.tsv: line 2: m has no seed' 'no seed'
models 'm m e own 1' 'm m e own 2'
refuses 'line 3: m is m again' 'a folder twice'
models 'm m e own 1' 'n m e own 1'
refuses 'line 3: n is m again' 'a seed twice'
models 'c c e checkpoint NA' 'd d e checkpoint NA'
refuses 'line 3: d is c again' 'two checkpoints of one experiment'
models 'm m e own 1'
seed n 0.8
cp "$tmp/m/methods.tsv" "$tmp/m/heads.tsv"
refuses 'heads.tsv: is a table of no kind' 'another table' "$tmp/m/heads.tsv"
refuses "n/methods.tsv: is of no model in the list .found 'n'" 'a table of another model' "$tmp/n/methods.tsv"
refuses 'is the second methods.tsv of m' 'a table twice' "$tmp/m/methods.tsv" "$tmp/m/methods.tsv"
rm -r "$tmp/m"
refuses 'm/methods.tsv: cannot open' 'a missing table' "$tmp/m/methods.tsv"
table m/methods.tsv "$columns" 'a 0 0 0 0 0 0' 'a 0 0 0 0 0 0'
refuses "m/methods.tsv: line 3: says again what line 2 says of 'a'" 'a method twice' "$tmp/m/methods.tsv"
table m/methods.tsv 'method spearman' 'a 0'
refuses "m/methods.tsv: has no column 'cross_fitted'" 'a missing column' "$tmp/m/methods.tsv"
table m/methods.tsv "$columns" 'a 0 0 0 much 0 0'
refuses "m/methods.tsv: line 2: cross_fitted is 'much'" 'a word for a number' "$tmp/m/methods.tsv"
sed -i 's/no$/maybe/' "$tmp/decided/claims.tsv"
claims 'depth NA a depth NA holds NA'
refuses "claims.tsv: line 4: holds is 'maybe'" 'an answer that decide does not give' "$tmp/decided/claims.tsv"
fails 2 'take their --rule' 'runs without their rule' judge "$tmp/published.tsv" "$tmp/models.tsv" "$tmp/sst2-s1/snapshots.tsv"
fails 2 'expected PUBLISHED MODELS' 'no models' judge "$tmp/published.tsv"
is 'what stood there was never touched' "$(cat "$out")" before
is '... and nothing is left beside it' "$(find "$tmp" -name 'out.tsv.*')" ''

finish
