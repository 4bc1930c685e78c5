#!/usr/bin/env bash
# manifest.t: what is committed has the sums that are committed, and whatever is changed by hand is named.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

manifest=$PWD/env/manifest.sh
sums=(find -L data results -name SHA256SUMS)
ok 'data and results agree with their sums' "$manifest" check
is '... each file of them' "$(find -L data results -type f ! -name README.md ! -name SHA256SUMS | wc -l)" \
    "$("${sums[@]}" -exec cat {} + | wc -l)"
other_program() {
    "${sums[@]}" -printf '%h\n' | while read -r folder; do
        (cd "$folder" && sha256sum -c --quiet --strict SHA256SUMS) || return
    done
}
ok '... which another program reads' other_program

# --- copies that are changed

original=$tmp/original
mkdir -p "$original/results/boundary/minilm"
cp -rL data "$original/"
cp -L results/* "$original/results/" 2>/dev/null # but for the folders
cp -rL results/minilm-world-sports "$original/results/"
cp -rL results/boundary/minilm/four-s1 "$original/results/boundary/minilm/"
cd "$original" || exit 1
ok 'a part of them' "$manifest" check

# caught FILE WHAT NAME COMMAND...: the command changes that file, which is found out and named.
caught() {
    local file=$1 what=$2 name=$3
    shift 3
    cp -p "$file" "$tmp/kept"
    "$@"
    fails 3 "^manifest: $file: $what$" "$name" "$manifest" check "${file%/*}"
    cp -p "$tmp/kept" "$file"
}
other='has another sum than in SHA256SUMS'
# replace FILE TEXT OTHER: its first TEXT becomes OTHER, of the same length and at the same time.
replace() {
    touch -r "$1" "$tmp/time"
    perl -0pi -e 'BEGIN { ($from, $to) = splice @ARGV, 0, 2 } s/\Q$from\E/$to/' "$2" "$3" "$1"
    touch -r "$tmp/time" "$1"
}
# flip FILE: the last bit of the file is another.
flip() { perl -0777 -pi -e 'substr($_, -1) ^= "\1"' "$1"; }

caught data/published.tsv "$other" 'a number of the source' replace data/published.tsv 0.633 0.663
caught data/sst-80.tsv "$other" 'the label of a sentence' replace data/sst-80.tsv positive negative
caught data/news-80.tsv "$other" 'a letter of a sentence' replace data/news-80.tsv a o
caught data/boundary/rule.tsv "$other" 'a rule' replace data/boundary/rule.tsv 0.25 0.20
caught data/inputs.lock "$other" 'an input' replace data/inputs.lock 53aa 53ab
for file in data/adapters/*/adapter_model.safetensors results/minilm-world-sports/*.safetensors; do
    caught "$file" "$other" "a bit of $file" flip "$file"
done
for file in results/bench.tsv results/minilm-world-sports/*.tsv results/boundary/minilm/four-s1/*.tsv; do
    caught "$file" "$other" "a digit of $file" perl -0777 -pi -e 's/.*\K(\d)/9 - $1/es' "$file"
done
caught data/sst-80.tsv 'is in SHA256SUMS, but gone' 'a file that is gone' rm data/sst-80.tsv
caught results/bench.tsv "$other" 'a file that is cut' truncate -s -1 results/bench.tsv
caught results/SHA256SUMS 'is not there' 'sums that are gone' rm results/SHA256SUMS
caught data/SHA256SUMS 'is not as .make manifest. writes it' 'sums in another order' sort -o data/SHA256SUMS data/SHA256SUMS
ok 'put back, all agree' "$manifest" check

echo >results/minilm-world-sports/more.tsv
fails 3 'results/minilm-world-sports/more.tsv: is not in SHA256SUMS' 'a file too many' "$manifest" check
fails 3 'results/minilm-world-sports/more.tsv: is not in SHA256SUMS' '... in a folder that is asked for' \
    "$manifest" check data results/minilm-world-sports
ok '... and in no other' "$manifest" check data results/boundary/minilm/four-s1
ok 'sums are written' "$manifest" write results/minilm-world-sports
ok '... and agree' "$manifest" check
is '... with the new file among them' "$(grep -c ' more.tsv$' results/minilm-world-sports/SHA256SUMS)" 1
is '... nothing is left aside' "$(find . -name 'SHA256SUMS.*')" ''
rm results/minilm-world-sports/*.*
ok 'a folder without files' "$manifest" write results/minilm-world-sports
is '... has no sums' "$(ls results/minilm-world-sports)" ''

replace data/published.tsv 0.633 0.663
flip data/sst-80.tsv
"$manifest" check 2>"$tmp/errors"
is 'all that is wrong is told' "$(wc -l <"$tmp/errors")" 2

fails 1 'nowhere: No such file' 'no such folder' "$manifest" check nowhere
fails 2 'usage' 'no task' "$manifest"
fails 2 'usage' 'another task' "$manifest" repair

finish
