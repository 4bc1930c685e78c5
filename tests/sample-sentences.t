#!/usr/bin/env bash
# sample-sentences.t: the order that SHA-256 gives, disjoint and nested samples, classes that have too few.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

sample() { "$bin/sample-sentences" "${@:2}" -o "$tmp/$1.tsv"; }
# of FILE LABEL: the sentences of a class, in the file's order.
of() { awk -F '\t' -v label="$2" 'NR > 1 && $2 == label { print $1 }' "$tmp/$1.tsv"; }
# expected SEED LABEL FIRST LAST: the stretch of a class's order, by sha256sum.
expected() {
    of all "$2" | while IFS= read -r text; do
        printf '%s %s\n' "$(printf '%s\t%s' "$1" "$text" | sha256sum | cut -c 1-64)" "$text"
    done | sort | sed -n "$3,$4p" | cut -d ' ' -f 2-
}

all=$tmp/all.tsv
{ printf 'sentence\tlabel\n'
  for i in {1..40}; do printf 'story %d\tWorld\nmatch %d\tSports\ngadget %d, n° %d\tSci/Tech\n' "$i" "$i" "$i" "$i"; done
  printf 'share\tBusiness\n'; } >"$all"

ok 'a sample' sample a -v --per-class 10 --seed 3 --classes World,Sports "$all"
is '... is counted' "$(cat "$tmp/output")" 'sample-sentences: 20 sentences: Sports 10, World 10'
is '... is the beginning of the order' "$(of a World)" "$(expected 3 World 1 10)"
is '... of each class' "$(of a Sports)" "$(expected 3 Sports 1 10)"
is '... the classes taking turns' "$(tail -n +2 "$tmp/a.tsv" | cut -f 2 | head -n 4 | xargs)" 'Sports World Sports World'
ok 'what follows it' sample b --per-class 30 --skip 10 --seed 3 --classes World,Sports "$all"
is '... is the rest of the order' "$(of b World)" "$(expected 3 World 11 40)"
is '... and with it everything, once' "$({ of a World; of b World; } | sort)" "$(of all World | sort)"
ok 'a smaller sample' sample c --per-class 4 --seed 3 --classes Sports,World "$all"
is '... is the beginning of the larger' "$(cat "$tmp/c.tsv")" "$(head -n 9 "$tmp/a.tsv")"
{ head -n 1 "$all"; tail -n +2 "$all" | sort; } >"$tmp/sorted.tsv"
ok 'another order of the file, other classes' sample d --per-class 10 --seed 3 --classes World,Sci/Tech "$tmp/sorted.tsv"
is '... the same sentences' "$(of d World)" "$(of a World)"
ok 'another seed' sample e --per-class 10 --seed 4 --classes World,Sports "$all"
is '... another order' "$(of e World)" "$(expected 4 World 1 10)"
ok 'the seed by default' sample f --per-class 1 "$all"
is '... is 1, of all classes, by name' "$(tail -n +2 "$tmp/f.tsv")" \
    "$(for class in Business Sci/Tech Sports World; do printf '%s\t%s\n' "$(expected 1 $class 1 1)" $class; done)"
printf 'label\tsource\tsentence\nx\t1\tequal\ny\t2\tequal\nx\t3\tequal\n' >"$tmp/equal.tsv"
ok 'equal sentences, other columns' sample g --per-class 2 --classes x "$tmp/equal.tsv"
is '... are drawn as often as they stand there' "$(of g x | xargs)" 'equal equal'

# --- refusals

refuses() { fails 1 "^sample-sentences: $2" "$1" sample out "${@:3}"; }
refuses 'too few of a class' "$all: has 40 sentences of class 'Sports' \(expected 41: skip 11, draw 30\)" \
    --per-class 30 --skip 11 --classes Sports,World "$all"
refuses 'too few of a class not asked for by name' "$all: has 1 sentences of class 'Business' \(expected 2" \
    --per-class 2 "$all"
refuses 'a class that is not there' "$all: has no sentence of class 'Arts'" --per-class 1 --classes World,Arts "$all"
refuses 'a part of a name' "$all: has no sentence of class 'Sci'" --per-class 1 --classes Sci "$all"
refuses 'a header alone' '.*: holds no sentence' --per-class 1 <(head -n 1 "$all")
fails 2 '^sample-sentences: --per-class N is missing' 'no size' sample out "$all"
fails 2 "^sample-sentences: --per-class: '0' is not a number from 1" 'nothing to draw' sample out --per-class 0 "$all"
fails 2 "^sample-sentences: --skip: '-1' is not a number" 'a negative stretch' sample out --per-class 1 --skip -1 "$all"
fails 2 "^sample-sentences: --seed: '1.5' is not a whole number" 'half a seed' sample out --per-class 1 --seed 1.5 "$all"
is 'no refusal left an output' "$(find "$tmp" -name 'out.tsv*')" ''
finish
