#!/usr/bin/env bash
# provenance.t: what is told of where things come from is what make does; the lists by hand are not stale.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES

top=$PWD
rules_of() { env/rules.sh make '' "$@"; }
rules_of build/paper/paper.pdf >"$tmp/rules.tsv"

# --- rules

is 'a target has what its rule says, in order' \
    "$(awk -F '\t' '$1 == "build/pocket/logits.tsv" { print $2 }' <(rules_of build/pocket/logits.tsv) | paste -sd ' ')" \
    'build/bin/export build/pocket/forward.safetensors'
heads=build/boundary/minilm/four-s1/heads.tsv
is 'the heads of a run are made of its eight snapshots' "$(rules_of $heads | grep -c "^$heads	.*/step-[0-9]*.tsv$")" 8
# shellcheck disable=SC2016 # make asks the shell
printf 'all: b\n\t@echo $(shell echo x)\nb:\n\ttouch b\n' >"$tmp/asks.mk"
is 'a recipe that asks a shell' \
    "$(make -pn -f "$tmp/asks.mk" all | awk -v targets=all -f env/rules.awk | tr '\t\n' ' ,')" 'target prerequisite,all b,'
no_rule() { make -pn none.tsv 2>/dev/null | awk -v targets=none.tsv -f env/rules.awk >/dev/null; return "${PIPESTATUS[1]}"; }
fails 1 '^rules.awk: make knows no rule for none.tsv$' 'a target without a rule' no_rule
echo 'all: none' >"$tmp/broken.mk"
printf '#!/bin/sh\nexec make -f "%s" "$@"\n' "$tmp/broken.mk" >"$tmp/broken" && chmod +x "$tmp/broken"
fails_as_make() { fails 1 "No rule to make target 'none', needed by 'all'" "where make cannot tell, $1 shows what it says" "$@"; }
fails_as_make env/rules.sh "$tmp/broken" '' all
fails_as_make env/why.sh "$tmp/broken" all
fails_as_make env/history.sh "$tmp/broken" all

# --- the margin

awk -v folder=build/paper/paper -f paper/provenance.awk "$tmp/rules.tsv" >"$tmp/provenance.tsv"
row() { awk -F '\t' -v made="$1" '$1 == made { print $2, $3 }' "$tmp/provenance.tsv"; }
is 'a figure: its script, and the program of its table' "$(row build/minilm-sst2/figures/retention)" \
    'figures/retention.gp measure-retention'
is 'a table of two tables' "$(row build/minilm-sst2/tables/retention)" 'paper/tables/retention.awk correlate,measure-retention'
is 'a table over all experiments' "$(row claims-NA | cut -d, -f1)" 'paper/tables/claims.awk judge'
is '... and all that lies before it' \
    "$(awk -F '\t' '$1 == "build/minilm-sst2/figures/scatter" { print $4 }' "$tmp/provenance.tsv" | tr , '\n' | sort | paste -sd ' ')" \
    'ablate decompose-gradient export import-checkpoint score tokenize'
missing=$(cut -f 2 "$tmp/provenance.tsv" | tail -n +2 | sort -u | while read -r script; do [ -f "$script" ] || echo "$script"; done)
is 'every script that is named is there' "$missing" ''
is 'every script of a figure and table that is in the paper is named' \
    "$(for script in figures/*.gp paper/tables/*.awk; do
        ! grep -qF "load '$script'" figures/*.gp || continue # a part of others
        grep -qF "$script" "$tmp/rules.tsv" && ! cut -f 2 "$tmp/provenance.tsv" | grep -qxF "$script" && echo "$script"
    done)" ''

# --- where the margin's links lead

# links ADDRESS: those of a page with one table, whose sources lie at that address; `name` where they are within the document.
links() {
    printf '%s\n' '\documentclass{article}' '\input{preamble}' '\setvalue{made/x/script}{paper/tables/full.awk}' \
        '\setvalue{made/x/shown}{paper/\allowbreak{}tables/\allowbreak{}full.awk}' '\setvalue{made/x/tables_by}{correlate}' \
        '\setvalue{made/x/link}{made:paper/tables/full.awk}' '\setvalue{revision}{0}' "\\setvalue{sourceaddress}{$1}" \
        '\begin{document}\provenance{x}\hypertarget{made:paper/tables/full.awk}{here} \sourcefile{paper/tables/full.awk}' \
        '\end{document}' >"$tmp/links.tex"
    TEXINPUTS=paper: pdflatex -interaction=batchmode -output-directory="$tmp" "$tmp/links.tex" >/dev/null || return
    pdfinfo -url "$tmp/links.pdf" | awk 'NR > 1 { sub(/^ *[0-9]+ +Annotation +/, ""); print }' | sort -u
    grep -c 'has been referenced but does not exist' "$tmp/links.log"
}
is 'links within the document have their targets' "$(links '')" '0'
script=https://example.org/blob/0/paper/tables/full.awk
is 'links to the sources lead to the script' "$(links https://example.org/blob/0/)" "$script"$'\n0'
tex=build/pocket/paper/provenance.tex
make_tree "$tmp/own"
ok 'the address of the sources' in_tree REPOSITORY=https://one.example $tex
ok '... another' in_tree REPOSITORY=https://two.example $tex
is '... is noticed' "$(grep -o 'setvalue{sourceaddress}{https://[a-z.]*' "$tree/$tex")" 'setvalue{sourceaddress}{https://two.example'

# --- inputs and their licences

ok 'every input and every file of data has a licence' env/inputs.sh
cp "$tmp/output" "$tmp/inputs.tsv"
is '... every input of the lock' "$(grep -c '^inputs/' "$tmp/output")" "$(grep -cE '^[^#[:space:]]+	[^	]+/' data/inputs.lock)"
grep -v '^data/pocket' data/licences.tsv | grep -v '^data/	' >"$tmp/licences.tsv"
fails 1 'has no licence in' 'one without is an error' env/inputs.sh data/inputs.lock "$tmp/licences.tsv"
mkdir -p "$tmp/lacking/data" && echo "$(printf %064d 0)  gone.tsv" >"$tmp/lacking/data/SHA256SUMS"
gone() { (cd "$tmp/lacking" && "$top/env/inputs.sh" "$top/data/inputs.lock" "$top/data/licences.tsv"); }
fails 1 'data/gone.tsv' 'one that is gone is an error' gone
unknown=$(awk -F '\t' '!/^#/ && NR > 1 && $1 != "input" { print $1 }' data/licences.tsv | while read -r begin; do
    grep -qF "$begin" "$tmp/inputs.tsv" || echo "$begin"
done)
is 'no licence is of nothing' "$unknown" ''

# --- the revision

mkdir "$tmp/tree" && git -C "$tmp/tree" init -q && mkdir "$tmp/tree/env" && cp env/revision.sh "$tmp/tree/env/"
cp VERSION .gitattributes "$tmp/tree/" && cd "$tmp/tree" || exit 1
commit() { git -c user.name=n -c user.email=e -c commit.gpgsign=false commit -q -m m; }
value() { "${2:-env/revision.sh}" | sed -n "s/^$1	//p"; }
git add . && GIT_COMMITTER_DATE='1700000000 +0000' commit
is 'a commit' "$(value revision) $(value sources) $(value epoch) $(value date)" \
    "$(git rev-parse --short=10 HEAD) committed 1700000000 November 14, 2023"
touch new.c
is 'a new file is no commit' "$(value revision) $(value sources)" "$(git rev-parse --short=10 HEAD)-dirty changed"
rm new.c && echo >>VERSION
is 'a changed one neither' "$(value sources)" changed
git checkout -q VERSION
mkdir "$tmp/archive" && git archive HEAD | tar -x -C "$tmp/archive"
is 'an archive without git knows its commit' "$(value commit "$tmp/archive/env/revision.sh") $(value sources "$tmp/archive/env/revision.sh")" \
    "$(git rev-parse HEAD) committed"
mkdir inside && git archive HEAD | tar -x -C inside
is '... in another repository as well' "$(value sources inside/env/revision.sh)" committed
echo 'nonsense' >"$tmp/archive/VERSION"
is 'what nobody tells is unknown' "$(value revision "$tmp/archive/env/revision.sh") $(value sources "$tmp/archive/env/revision.sh")" 'unknown unknown'
cd "$top" || exit 1

# --- why

why() { printf '%s\n' "$2" | tr ' ' '\t' | awk -v targets="$1" -f env/why.awk <(printf 'target\tprerequisite\n%s\n' "$3" | tr ' ' '\t') -; }
chain=$'all .PHONY\nall c\nc b\nb a\nb FORCE'
is 'nothing to do' "$(why all $'a 10.5\nb 11.5\nc 12.5' "$chain")" 'nothing would be made anew: 2 files are up to date'
is 'a newer file, and what follows from it' "$(why all $'a 11.6\nb 11.5\nc 12.5' "$chain")" \
    $'b: a is newer\nc: b is made anew\n2 of 2 files would be made anew'
is 'by less than a microsecond' "$(why c $'a 10.5\nb 1764000000.1234567891\nc 1764000000.1234567890' "$chain" | head -n 1)" 'c: b is newer'
is 'a file that is not there' "$(why all $'a 10.5\nb 11.5' "$chain")" $'c: it is not there\n1 of 2 files would be made anew'
ok 'make why' make --no-print-directory why build/pocket/heads.tsv
is '... builds nothing that is up to date' "$(tail -n 1 "$tmp/output" | cut -d ' ' -f 1-5)" 'nothing would be made anew:'

# --- history

ok 'the history of a table' make --no-print-directory history FILE=build/pocket/heads.tsv
is '... begins with its program' "$(sed -n 2p "$tmp/output" | cut -d ' ' -f 1-4)" '  program export'
is '... and goes back to the sentences, with their sum' \
    "$(grep -o 'sentences sentences.tsv .*' "$tmp/output" | sort -u)" \
    "sentences sentences.tsv $(sha256sum <data/pocket/sentences.tsv | cut -c 1-12)"
is 'a file that is not there' "$(make --no-print-directory history FILE=build/none 2>&1 | grep -v '^make')" \
    'history: build/none: is not there'

# --- the drawing that the README shows

parts() { sed -nE 's/^	("[^"]+" -> "[^"]+");$/\1/p; s/^	("[^"]+") \[.*/\1/p' "$1" | tr -d '"' | sort; }
make --no-print-directory build/pipeline.dot >/dev/null 2>&1
titles=$(sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p' paper/pipeline.svg | grep -vx pipeline |
    sed 's/&#45;&gt;/ -> /; s/&#45;/-/g; s/&gt;/>/g' | sort)
is 'paper/pipeline.svg is what `make graph` draws' "$titles" "$(parts build/pipeline.dot)"

# --- make help

# The targets that the README says to make, in `…` or on lines of their own.
asked=$({ grep -oE '`make [^`]*`' README.md | tr -d '`'; grep -E '^ {4}make ' README.md; } | sed "s/^ *make //; s/#.*//; s/'[^']*'//g" |
    tr ' ' '\n' | grep -xE '[a-z][a-zA-Z0-9-]*' | sort -u)
told=$(make --no-print-directory help | cut -d ' ' -f 1)
untold() {
    local target name
    for target in $asked; do
        # shellcheck disable=SC2053 # a pattern
        for name in $told; do [[ $target != ${name//%/*} ]] || continue 2; done
        echo "$target"
    done
}
ok 'the README asks for targets' test "$(wc -l <<<"$asked")" -gt 20
is '... and make help has them all' "$(untold)" ''

# --- codecheck.yml, CITATION.cff, container

made=$(cut -f 1 "$tmp/rules.tsv" | sort -u)
listed=$(sed -n 's/^  - file: //p' codecheck.yml)
is 'codecheck.yml begins a document and has files' "$(head -n 1 codecheck.yml) $([ -n "$listed" ] && echo files)" '--- files'
is '... all of which the paper makes' "$(comm -23 <(sort <<<"$listed") <(echo "$made"))" ''
title() { sed -n "s/^ *title: *//p" "$1"; }
is 'codecheck.yml and CITATION.cff have one title' "$(title codecheck.yml)" "$(title CITATION.cff)"
is 'CITATION.cff has what its schema requires' \
    "$(grep -oE '^(cff-version: 1\.2\.0|message|title|authors|license: [A-Za-z0-9.-]+)' CITATION.cff | sort | paste -sd ' ')" \
    'authors cff-version: 1.2.0 license: GPL-3.0-or-later message title'
is '... and the version of the programs' "$(sed -n 's/^version: //p' CITATION.cff)" "$("$bin/inspect" --version | cut -d ' ' -f 2)"
is 'the container installs by the list alone' "$(grep -E '^(RUN|COPY)' env/Containerfile)" \
    $'COPY packages.txt setup.sh /setup/\nRUN /setup/setup.sh && rm -rf /var/lib/apt/lists/*'
fails_nothing() { ! grep -qE 'apt-get|apt install|pip ' env/Containerfile; }
ok '... and names no package itself' fails_nothing

finish
