#!/usr/bin/env bash
# verify.t: make verify passes what is committed, and names the stage, the file and the place of what is changed by hand.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

# A tree of links to the sources, with data, results and a build folder of its own, and one small experiment.
tree=$tmp/tree
mkdir -p "$tree/data" "$tree/results"
cp -r data/pocket data/tolerances.tsv data/published.tsv "$tree/data/"
cp experiments.mk "$tree"
cat >>"$tree/experiments.mk" <<'END'
EXPERIMENTS += tiny
tiny.checkpoint := data/pocket/model
tiny.sentences := data/tiny.tsv
tiny.base := data/pocket/model
END
head -n 7 data/pocket/sentences.tsv >"$tree/data/tiny.tsv"
make_tree "$tree"
edit=$PWD/tests/edit-tensors.pl
export INPUTS=nowhere

# says REGEX...: the last output has a line like each of these.
says() {
    local regex bad=0
    for regex; do grep -Eq -e "$regex" "$tmp/said" || { bad=1; echo "no line like: $regex"; }; done
    [ "$bad" -eq 0 ] || { cat "$tmp/said"; return 1; }
}
# verify STATUS NAME TARGET...: make's exit status; what it says is kept.
verify() {
    local expected=$1 name=$2 status=0
    shift 2
    in_tree "$@" >"$tmp/said" 2>&1 || status=$?
    is "$name" "$status" "$expected"
    [ "$status" -eq "$expected" ] || diagnose <"$tmp/said"
}

ok 'an experiment is adopted' in_tree adopt-results-tiny
ok '... with the further criteria' in_tree adopt-criteria-tiny
(cd "$tree" && env/manifest.sh write)
results=$tree/results/tiny
mkdir "$tmp/bin"
printf '#!/bin/sh\ncase $1 in */heads.tsv) exit 1 ;; esac\nexec /bin/cp "$@"\n' >"$tmp/bin/cp"
chmod +x "$tmp/bin/cp"
cp "$results/SHA256SUMS" "$tmp/sums"
rm "$results/heads.tsv"
PATH=$tmp/bin:$PATH verify 2 'a file that cannot be copied' adopt-results-tiny
ok '... is not passed over' cmp "$results/SHA256SUMS" "$tmp/sums"
is '... nor there' "$([ -e "$results/heads.tsv" ] || echo gone)" gone
ok '... but once more it is' in_tree adopt-results-tiny
cp -rp "$tree/data" "$tree/results" "$tmp/"
# restore: what is committed, with matching sums. recommit: the sums of what it is now.
restore() {
    cp -rp "$tmp/data" "$tmp/results" "$tree/"
    touch "$results"/*
}
recommit() { (cd "$tree" && env/manifest.sh write data results results/tiny data/pocket/model); }

# --- what agrees

verify 0 'what is committed is verified' verify
stages='tokenize forward score gradients ablate prune tables multiverse criteria'
for stage in $stages; do
    ok "... $stage" says "^build/verify/$stage/tiny/[^ ]* agrees with results/tiny/[^ ]*: [0-9]+ values, all equal"
done
further=(ablation-zero attributions criteria-retention dropped gates greedy-cross greedy integrated shapley)
is '... every file of it but what the further criteria are from' \
    "$(grep -o 'agrees with results/tiny/[^:]*' "$tmp/said" | sort -u | wc -l)" \
    "$(($(find "$results" -name "*.*" | wc -l) - ${#further[@]}))"
for shown in retention scatter heatmap numbers; do
    ok "... what $shown shows" says "^build/verify/figures/tiny/$shown.shown.tsv agrees with [^ ]*/$shown.table.tsv: [0-9]{2,} values"
done
ok '... its sums' says '^manifest: [0-9]* files in [0-9]* folders agree'
ok '... and what is not is said' says '^not verified: bert-sst2: not in results$'
is '... of this one' "$(grep '^not verified: tiny' "$tmp/said")" \
    "not verified: tiny,$(printf ' %s.safetensors' "${further[@]}"): no stage here makes it"
verify 0 'one stage' verify-forward
is '... alone' "$(grep -c 'agrees with' "$tmp/said")" 1
verify 0 'one experiment' verify-tiny
is '... of all stages' "$(grep -o '^build/verify/[a-z]*' "$tmp/said" | sort -u | wc -l)" "$(wc -w <<<"$stages figures")"

# --- a model that is not here, as those trained in all weights

mv "$tree/build/tiny" "$tmp/tiny"
rm -r "$tree/build/verify"
sed -i 's,^tiny.checkpoint := .*,tiny.checkpoint := data/gone,' "$tree/experiments.mk"
verify 0 'without its model' verify
ok '... its tables are verified' says '^build/verify/tables/tiny/methods.tsv agrees with '
ok '... and the rest is named' says '^not verified: tiny, tokenize .*: the checkpoint gone is not here$'
sed -i 's,^tiny.checkpoint := .*,tiny.checkpoint := data/pocket/model,' "$tree/experiments.mk"
rm -r "$tree/build/tiny"
mv "$tmp/tiny" "$tree/build/tiny"

# --- a wrong number with a sum that matches it

# edit FILE CODE: changes a tensor.
edit() {
    perl "$edit" "$results/$1" "$tmp/edited" "$2"
    cp "$tmp/edited" "$results/$1"
    recommit
}
edit scores.safetensors '$values[3] += 0.5 if $name eq "oan"'
verify 2 'a wrong score' verify
ok '... is told with its place, both values and the deviation' says \
    '^compare: build/verify/score/tiny/scores.safetensors: disagrees with results/tiny/scores.safetensors: 1 of [0-9]+ values, largest deviation 0.5 at oan\[0, [0-9]+, [0-9]+\]: [0-9.]+ where [0-9.]+ was expected$' \
    '^make: .*build/verify/score/tiny. Error 3$'
ok '... and what follows from it disagrees, too' says '^oan, line [0-9]+: [0-9.]+ where [0-9.]+ was expected \(deviation 0.0' \
    '^make: .*build/verify/tables/tiny. Error 3$'
ok '... the stages before and beside it do not' says 'build/verify/forward/tiny/forward.safetensors agrees' \
    'build/verify/ablate/tiny/ablation.safetensors agrees'
ok '... nor the sums' says '^manifest: .* agree'
"$bin/compare" --tolerances data/tolerances.tsv "$tree/build/verify/score/tiny/scores.safetensors" \
    "$results/scores.safetensors" 2>/dev/null
is '... compare alone exits with 3' $? 3
restore

edit tokens.safetensors '$values[0]++ if $name eq "ids"'
verify 2 'a wrong token' verify-tokenize
ok '... is told' says '^ids\[0\]: [0-9]+ where [0-9]+ was expected' 'build/verify/tokenize/tiny. Error 3$'
restore

edit forward.safetensors '$values[-1] += 1e-3 if $name eq "logits"'
edit gradients.safetensors '$values[-1] += 1e-3 if $name eq "taylor"'
edit ablation.safetensors '$values[-1] += 1e-3 if $name eq "logits_without"'
verify 2 'a thousandth in three files' verify-forward verify-gradients verify-ablate
ok '... is told of each' says 'forward.safetensors: .*largest deviation 0.001 at logits\[' \
    'gradients.safetensors: .*largest deviation 0.001 at taylor\[' 'ablation.safetensors: .*largest deviation 0.001 at logits_without\['
restore
edit retention.safetensors '$values[-1] -= 1e-3 if $name eq "oan/logits"'
verify 2 '... and in what is left without heads' verify-prune
ok '... is told' says 'retention.safetensors: .*largest deviation 0.001 at oan/logits\['
restore

for table in "$results"/*.tsv; do
    perl -0777 -pi -e 's/.*\t\K(-?[\d.]+)(?=[\t\n])/$1 + 1/es' "$table"
done
recommit
verify 2 'a number of each table' verify-tables verify-multiverse verify-criteria
for table in "$results"/*.tsv; do
    ok "... is told of ${table##*/}" says "results/tiny/${table##*/}: 1 of [0-9]+ values, largest deviation 1 at [a-z_]+.*, line [0-9]+: "
done
restore

# --- figures and text that show something else than the tables

rm "$tree/figures" "$tree/paper"
cp -rL figures paper "$tree/"
sed -i "s/score = panel == 1 ? 'oan'/score = panel == 1 ? 'tam'/" "$tree/figures/scatter.gp"
sed -i 's/set yrange \[low:high\]/set yrange [low + pad + 1:high]/' "$tree/figures/retention.gp"
sed -i 's/as_text(heading\[e, j\], score\[e, m, heading\[e, j\]\])/as_text(heading[e, j], score[e, "oan", heading[e, j]])/' \
    "$tree/paper/numbers/experiments.awk"
verify 2 'another column, a narrower axis, the numbers of another method' verify-figures
ok '... is a figure that disagrees' says 'scatter.shown.tsv: disagrees with .*: [0-9]+ of [0-9]+ values.*, largest deviation .* at x, line '
ok '... a point that is not seen' says '^seen, line [0-9]+: o where i was expected' 'retention.shown.tsv: disagrees with '
ok '... a number in the text' says '^value, line [0-9]+: [-0-9.]+ where ' 'numbers.shown.tsv: disagrees with '
ok '... the other figure agrees' says '/heatmap.shown.tsv agrees with'
rm -r "$tree/figures" "$tree/paper"
ln -s "$PWD/figures" "$PWD/paper" "$tree"

# --- what comes before the results

sed -i '2s/^[^\t]*/the/' "$tree/data/tiny.tsv"
recommit
verify 2 'another sentence' verify-tokenize
ok '... gives other tokens' says '^ids: I32 \[[0-9]+\] where I32 \[[0-9]+\] was expected$'
restore
perl "$edit" "$tree/data/pocket/model/model.safetensors" "$tmp/edited" '$values[0] += 1 if $name =~ /classifier.bias/'
cp "$tmp/edited" "$tree/data/pocket/model/model.safetensors"
recommit
verify 2 'another weight' verify-forward
ok '... gives other logits' says 'results/tiny/forward.safetensors: [0-9]+ of [0-9]+ values, .* deviation 1 at logits\['
restore

# --- what is not there, or no file

rm "$results/gradients.safetensors"
verify 2 'a reference that is missing' verify
ok '... is missed by the sums' says '^manifest: results/tiny/gradients.safetensors: is in SHA256SUMS, but gone$' \
    '^make: .*verify-manifest. Error 3$'
ok '... and what that leaves open is said' says '^not verified: tiny, gradients.safetensors: not in results$' \
    '^not verified: tiny, prune tables criteria: what it needs is not in results$'
ok '... the rest is verified' says 'results/tiny/ablation.safetensors: .* all equal'
restore
truncate -s -8 "$results/scores.safetensors"
verify 2 'a reference that is cut' verify
ok '... cannot be read' says '^compare: results/tiny/scores.safetensors: ' 'build/verify/score/tiny. Error 1$' \
    '^manifest: results/tiny/scores.safetensors: has another sum'
ok '... the rest is verified' says 'results/tiny/ablation.safetensors: .* all equal' 'results/tiny/forward.safetensors: .* all equal'
restore
mv "$tree/data/pocket/model/vocab.txt" "$tmp/"
verify 0 'without the model' verify-tiny verify-unverified
ok '... nothing is verified that needs it, and that is said' says \
    '^not verified: tiny, tokenize .* multiverse criteria: the checkpoint model is not here$' '^not verified: tiny, tables: the base model is not here$'
mv "$tmp/vocab.txt" "$tree/data/pocket/model/"
sed -i 's/0.633/0.663/' "$tree/data/published.tsv"
verify 2 'a number of the source' verify-manifest
ok '... is told' says '^manifest: data/published.tsv: has another sum than in SHA256SUMS$'

finish
