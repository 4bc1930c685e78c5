#!/usr/bin/env bash
# experiments.t: the README's example of an experiment of one's own, as it stands there; and which experiments are run.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

# A tree of links to the sources, with an experiments.mk, a data folder and a build folder of its own.
tree=$tmp/tree
mkdir -p "$tree/data"
ln -s "$PWD"/data/* "$tree/data"
cp experiments.mk "$tree"
make_tree "$tree"
# block LANGUAGE: the README's block of that language on how to add an experiment.
block() {
    awk -v fence="\`\`\`$1" '/^## / { here = $0 == "## Add an experiment" }
        here && /^```$/ { inside = 0 } inside; here && $0 == fence { inside = 1 }' README.md
}
# cell FILE ROW COLUMN: of a table, by its row's first cell.
cell() { env/cell.sh "$1" "$3" "1=$2"; }

# --- the README's example

block tsv >"$tree/data/negated.tsv"
block make >>"$tree/experiments.mk"
block sh | sed 's/^make /in_tree /; s,build/,"$tree"/build/,' >"$tmp/commands" # as they stand, but in the tree
sentences=$(($(wc -l <"$tree/data/negated.tsv") - 1))
is 'the README has sentences, a stanza and commands' \
    "$((sentences > 1)) $(block make | wc -l) $(grep -c in_tree "$tmp/commands")" '1 3 1'

# shellcheck source=/dev/null
run_commands() { . "$tmp/commands"; }
ok 'its commands run' run_commands
is '... and show the methods' "$(cut -f 1 "$tmp/output" | grep -cx -e oan -e taylor)" 2
tables=$(in_tree -pn run-negated 2>/dev/null | sed -n '0,/^TABLES := /s/^TABLES := //p')
is '... of the tables that make knows' "$(wc -w <<<"$tables" | awk '{ print ($1 > 9) }')" 1
for table in $tables; do
    ok "... the experiment has $table.tsv" test -s "$tree/build/negated/$table.tsv"
done
is '... of these sentences' "$(cell "$tree/build/negated/facts.tsv" sentences value)" "$sentences"
is '... and the heads of the model' "$(($(wc -l <"$tree/build/negated/heads.tsv") - 1))" \
    "$(cell "$tree/build/negated/facts.tsv" heads_total value)"
add_sums() { (cd "$tree" && "$OLDPWD/env/manifest.sh" write data); } # as `make manifest`, which has all folders
ok 'its sentences get their sum' add_sums
is '... and are among the inputs' "$(cd "$tree" && env/inputs.sh | grep -c '^data/negated.tsv')" 1

written() { stat -c %y "$tree/build/negated/methods.tsv"; }
before=$(written)
ok 'once more' in_tree run-negated
is '... nothing is done again' "$(written)" "$before"
rm "$tree/build/negated/differences.tsv"
ok 'without what is written beside the methods' in_tree run-negated
ok '... it is written again' test -s "$tree/build/negated/differences.tsv"
printf 'The story is not bad.\tpositive\n' >>"$tree/data/negated.tsv"
ok 'another sentence' in_tree run-negated
is '... is noticed' "$(cell "$tree/build/negated/facts.tsv" sentences value)" $((sentences + 1))

# --- what a line of the stanza says alone: another one is noticed, and nothing else is done again

stanza() { sed -i "/^negated\.$1 /d" "$tree/experiments.mk"; [ -z "${2-}" ] || echo "negated.$1 := $2" >>"$tree/experiments.mk"; }
other() { cell "$tree/build/negated/methods.tsv" oan_other spearman; }
mkdir "$tmp/two"
cp data/pocket/model/* "$tmp/two"
perl tests/edit-tensors.pl data/pocket/model/model.safetensors "$tmp/two/model.safetensors" '$_ *= 1.1 for @values'
printf '%s\n' 'EXPERIMENTS += one two' 'one.checkpoint := data/pocket/model' "two.checkpoint := $tmp/two" >>"$tree/experiments.mk"
in_tree run-negated build/one/model/model.safetensors build/two/model/model.safetensors >/dev/null 2>&1
retained() { stat -c %y "$tree/build/negated/retention.safetensors"; }
before=$(retained)
stanza other one
ok 'a model of another task' in_tree run-negated
one=$(other)
stanza other two
ok '... another such model' in_tree run-negated
is '... has other scores' "$([ -n "$one" ] && [ -n "$(other)" ] && [ "$(other)" != "$one" ] && echo other)" other
stanza other
ok '... none' in_tree run-negated
is '... has none' "$(other)" ''
is '... and nothing is removed again' "$(retained)" "$before"

table=build/negated/tables/methods.tex
stanza repeats distilbert-sst2
ok 'what it repeats' in_tree "$table"
cp "$tree/$table" "$tmp/repeats"
stanza repeats bert-sst2
ok '... another experiment' in_tree "$table"
is '... has other published values' "$(cmp -s "$tree/$table" "$tmp/repeats" || echo other)" other
stanza repeats

# --- which experiments are run

roles=$tree/build/paper/paper/roles.tsv
state() { cell "$roles" "$1" state; }

ok 'without inputs' in_tree INPUTS=nowhere "${roles#"$tree/"}"
is '... a published checkpoint is not run' "$(state deep-original)" 'not run'
is '... for a reason' "$(cell "$roles" deep-original why_not)" 'the checkpoint bert-sst2 is not here'
is '... the added experiment is' "$(state negated)" run

# --- further seeds: experiments of their own, judged as far as their tables are adopted

printf '%s\n' 'negated.repeats := distilbert-sst2' 'negated.record := data/pocket/model/record.tsv' 'negated.seeds := 2 7' \
    'negated-s2.adapter := data/adapters/negated-s2' >>"$tree/experiments.mk"
rm "$tree/results"
mkdir -p "$tree/results/negated-s7"
cp "$tree/build/negated/methods.tsv" "$tree/results/negated-s7/"
measured=build/paper/paper/measured.tsv
ok 'one of two further seeds' in_tree INPUTS=nowhere $measured
is '... is judged' "$(grep negated "$tree/$measured")" \
    "$(printf '%s\tnegated\tdistilbert-sst2\town\t%s\n' negated 1 negated-s7 7)"
is '... the other can be run once it has an adapter' "$(in_tree run-negated-s2 2>&1 | grep -o '^negated-s2: .* is not here')" \
    'negated-s2: data/adapters/negated-s2 is not here'

# --- training: from what the stanza says, and in the order in which goals need each other

training() { in_tree -n -j2 INPUTS=nowhere RECIPES=negated negated.task=sst2 negated.epochs=1 negated.adapter=data/adapters/negated "$@"; }
is 'a further seed, with what the README says that it needs' \
    "$(training train-negated-s2 adopt-negated-s2 | sed -nE 's,^build/bin/train .*(--seed [0-9]+) .*,\1,p; s,.*(data/adapters/negated-s2)$,\1,p' | uniq)" \
    $'--seed 2\ndata/adapters/negated-s2'
starts() { training train-negated "$@" | grep -o 'import-checkpoint .*' | tr -s ' '; }
is 'training starts from the checkpoint of the stanza' "$(starts)" \
    "import-checkpoint 'data/pocket/model' -o build/train/negated/model"
is '... with its layers as often as that says' "$(starts negated.repeat-layers=2)" \
    "import-checkpoint --repeat-layers 2 'data/pocket/model' -o build/train/negated/model-x2"
is 'what is trained is adopted, what is adopted is run, in whatever order one asks' \
    "$(training adopt-results-negated adopt-negated train-negated |
        sed -nE 's,^build/bin/(train) .*,\1,p; s,.*(data/adapters)/negated$,\1,p; s,.*(import-checkpoint --adapter).*,\1,p' | uniq)" \
    $'train\ndata/adapters\nimport-checkpoint --adapter'
is 'a larger set of sentences that is made here is made first' \
    "$(in_tree -n LARGER=negated-test negated-test.like=negated negated-test.sentences=build/train/agnews-test-800.tsv \
        build/negated-test/tokens.safetensors | grep -oE '^build/bin/(sample-sentences|tokenize) ')" $'build/bin/sample-sentences \nbuild/bin/tokenize '

encoder=build/boundary/minilm/encoder/model.safetensors
is 'an encoder that is not here is named' \
    "$(in_tree INPUTS=nowhere $encoder 2>&1 | head -n 1)" 'nowhere/minilm/config.json is not here; `make fetch` gets it'
mkdir "$tmp/inputs"
cp -r data/pocket/model "$tmp/inputs/minilm"
ok 'the encoder of the controlled runs' in_tree INPUTS="$tmp/inputs" $encoder
cp "$tree/$encoder" "$tmp/encoder"
cp "$tmp/two/model.safetensors" "$tmp/inputs/minilm/"
ok '... another one' in_tree INPUTS="$tmp/inputs" $encoder
is '... is noticed' "$(cmp -s "$tree/$encoder" "$tmp/encoder" || echo other)" other

# --- what is adopted, and what is taken out of results/ again

table=build/negated/tables/retention.tex
ok 'what random rankings keep' in_tree build/negated/chance.tsv "$table"
cp "$tree/$table" "$tmp/retention"
mkdir "$tree/results/negated"
cp "$tree/build/negated/chance.tsv" "$tree/results/negated/"
ok '... adopted' in_tree "$table"
is '... is in the table' "$(diff "$tmp/retention" "$tree/$table" | grep -c '^> .*, 200')" 2
rm "$tree/results/negated/chance.tsv"
ok '... taken out' in_tree "$table"
ok '... is not' cmp "$tmp/retention" "$tree/$table"
mkdir "$tree/results/minilm12-sst2-dev"
cp "$tree/build/negated/chance.tsv" "$tree/results/minilm12-sst2-dev/"
ok '... alone of a longer experiment is no hindrance' in_tree -n INPUTS="$tmp/inputs" build/paper/paper/numbers.tex

# --- inputs that are there in part

mkdir -p "$tmp/the reader's inputs/bert-sst2"
touch "$tmp/the reader's inputs/bert-sst2/"{config.json,pytorch_model.bin}
ok 'half a checkpoint' in_tree INPUTS="$tmp/the reader's inputs" "${roles#"$tree/"}"
is '... a path with a space and an apostrophe, without a warning' \
    "$(in_tree INPUTS="$tmp/the reader's inputs" "${roles#"$tree/"}" 2>&1)" ''
is '... is none' "$(cell "$roles" deep-original why_not)" 'the checkpoint bert-sst2 is not here'
touch "$tmp/the reader's inputs/bert-sst2/vocab.txt"
ok 'a whole one' in_tree INPUTS="$tmp/the reader's inputs" "${roles#"$tree/"}"
is '... still lacks its base' "$(cell "$roles" deep-original why_not)" 'the base bert-base-uncased is not here'
cp -r "$tmp/the reader's inputs/bert-sst2" "$tmp/the reader's inputs/bert-base-uncased"
ok 'with its base' in_tree INPUTS="$tmp/the reader's inputs" "${roles#"$tree/"}"
is '... it is run' "$(state deep-original)" run
touch "$tmp/the reader's inputs/bert-sst2/pytorch_model.bin.sha256"
ok 'with a sum first seen here' in_tree INPUTS="$tmp/the reader's inputs" "${roles#"$tree/"}"
is '... it is run unchecked' "$(state deep-original)" unchecked

# A fetch of our own, which brings all that is missing.
rm "$tree/env" "$roles"
mkdir "$tree/env"
printf '#!/bin/sh\n[ "$1" = optional ] && cp -r "%s"/* "$INPUTS"\n' "$tmp/the reader's inputs" >"$tree/env/fetch.sh"
chmod +x "$tree/env/fetch.sh"
mkdir "$tmp/another's inputs"
ok 'what is fetched' in_tree -j2 INPUTS="$tmp/another's inputs" "${roles#"$tree/"}" fetch
is '... is seen by the other goals of the same make' "$(state deep-original)" unchecked

fails 2 'REQUIRE=all: .*bert-agnews lacks the checkpoint nowhere/bert-agnews;' 'REQUIRE=all names what is missing' \
    in_tree INPUTS=nowhere REQUIRE=all paper
fails 2 'REQUIRE=all: .*bert-agnews lacks' '... as an archive' in_tree INPUTS=nowhere REQUIRE=all arxiv
fails 2 "REQUIRE='most' is unknown" 'another REQUIRE is refused' in_tree REQUIRE=most paper
fails 2 "REQUIRE='most' is unknown" '... whatever is made' in_tree REQUIRE=most programs
fails 2 'minilm-sst2 lacks the checkpoint nowhere/minilm; .make setup. gets it' 'the paper asks for its base encoder' \
    in_tree INPUTS=nowhere paper
fails 2 'minilm-sst2 lacks the checkpoint nowhere/minilm' '... so does what the text says' \
    in_tree INPUTS=nowhere build/paper/paper/numbers.tex
finish
