#!/usr/bin/env bash
# sentences.t: the sentences written for this paper are well-formed, balanced, and not those of the training sets.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

inputs=${INPUTS:-inputs}

# balance FILE: its classes with their numbers of sentences.
balance() { tail -n +2 "$1" | cut -f 2 | sort | uniq -c | awk '{ print $2, $1 }' | xargs; }
# twice FILE: sentences that stand there twice.
twice() { cut -f 1 "$1" | sort | uniq -d; }
# shared FILE CORPUS...: six words in a row (of letters and digits, in lower case) that FILE shares with a corpus.
shared() {
    awk -F '\t' -v words=6 '
        function run(first, i, text) {
            for (i = first; i < first + words; i++)
                text = text " " word[i]
            return text
        }
        {
            line = tolower(FILENAME == ARGV[1] ? $1 : $0)
            gsub(/&lt;[^&]*&gt;|&?#[0-9]+;|\047/, "", line) # markup; apostrophes, which are often lost
            gsub(/[^a-z0-9]+/, " ", line)
            count = split(line, word, " ")
            for (first = 1; first + words - 1 <= count; first++) {
                text = run(first)
                if (FILENAME == ARGV[1])
                    ours[text]
                else if (text in ours)
                    print FILENAME ":" text
            }
        }' "$@"
}

is 'sst-80: forty opinions of each kind' "$(balance data/sst-80.tsv)" 'negative 40 positive 40'
is '... none of them twice' "$(twice data/sst-80.tsv)" ''
is 'news-80: twenty items of each class' "$(balance data/news-80.tsv)" 'Business 20 Sci/Tech 20 Sports 20 World 20'
is '... none of them twice' "$(twice data/news-80.tsv)" ''

printf '"3","It &lt;b&gt;SAID that","slow sales of #39;its #39; talking\\bear, have"\n' >"$tmp/corpus"
is 'the comparison finds what is there' "$(shared data/news-80.tsv "$tmp/corpus")" \
    "$tmp/corpus: slow sales of its talking bear
$tmp/corpus: sales of its talking bear have"

for pair in sst-80:sst2 news-80:agnews; do
    sentences=${pair%:*} corpora=$inputs/${pair#*:}
    name="$sentences shares no six words in a row with ${pair#*:}"
    if compgen -G "$corpora/*.[ct]sv" >/dev/null; then
        is "$name" "$(shared "data/$sentences.tsv" "$corpora"/*.[ct]sv)" ''
    else
        skip "$name" "$corpora is not here"
    fi
done
finish
