#!/usr/bin/env bash
# errors.t: every program asked for help, misused, and given files that are missing, cut short or for another model.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016 # the variables are Perl's
. "$(dirname "$0")/tap.sh"

. tests/commands.sh

mkdir "$tmp/broken"

# with NAME PATH PROGRAM: sets `words` to the command line with another input.
with() {
    words "$3"
    words=("${words[@]/#"$in/$1"/$2}")
    mapfile -t -O ${#words[@]} words < <(output "$3")
}
# clean NAME: nothing was left where the output would be.
clean() { is "$1" "$(ls -A "$out")" ''; }

for program in "${!arguments[@]}"; do
    words "$program"
    mapfile -t to < <(output "$program")

    # --- help and misuse

    ok "$program --help" "${words[0]}" --help
    is '... is its usage' "$(head -n 1 "$tmp/output" | cut -d ' ' -f 1-3)" "usage: $program [options]"
    is '... with an example' "$(grep -A 1 '^example:' "$tmp/output" | grep -c "^  $program ")" 1
    ok "$program --version" "${words[0]}" --version
    is '... is its name and a number' "$(grep -Ec "^$program [0-9]+\.[0-9]+\.[0-9]+\$" "$tmp/output")" 1
    fails 2 "^$program: unknown option '--nonsense' \(see --help\)" "$program --nonsense" \
        "${words[@]}" "${to[@]}" --nonsense
    fails 2 "^$program: --threads: '0' is not a number from 1" "$program --threads 0" \
        "${words[@]}" "${to[@]}" --threads 0
    fails 2 "^$program: option '--threads' needs a value" "$program --threads" "${words[@]}" "${to[@]}" --threads
    [[ $lists == *" $program "* ]] ||
        fails 2 "^$program: expected .*, found" "$program with a file too many" "${words[@]}" "${to[@]}" "$in/tokens"
    [ ${#to[@]} -eq 0 ] || fails 2 "^$program: -o OUT is missing" "$program without -o" "${words[@]}"
    [[ ${arguments[$program]} != *@* ]] ||
        fails 2 "^$program: expected .*, found 0" "$program alone" "${words[0]}" "${to[@]}"
    clean "... $program leaves nothing"

    # --- where it cannot write

    if [ ${#to[@]} -gt 0 ]; then
        mkdir -p "$tmp/a-folder/below"
        : >"$tmp/a-file"
        fails 1 "^$program: $tmp/none/x[^ ]*: cannot .*: No such file or directory" \
            "$program to a folder that is not there" "${words[@]}" -o "$tmp/none/x"
        fails 1 "^$program: $tmp/a-file/x[^ ]*: cannot .*: Not a directory" \
            "$program below a file" "${words[@]}" -o "$tmp/a-file/x"
        if [[ $folders == *" $program "* ]]; then
            fails 1 "^$program: $tmp/a-file: is not a directory" "$program to a file" "${words[@]}" -o "$tmp/a-file"
        else
            fails 1 "^$program: $tmp/a-folder: cannot rename .*: Is a directory" "$program to a folder" \
                "${words[@]}" -o "$tmp/a-folder"
        fi
        is '... leaves nothing' "$(find "$tmp"/a-f* ! -name a-file | sort)" \
            "$tmp/a-folder"$'\n'"$tmp/a-folder/below"
    elif [ -w /dev/full ]; then
        fails 1 "^$program: standard output: cannot write: No space" "$program to a full disk" \
            bash -c '"$@" >/dev/full' - "${words[@]}"
        fails 1 "^$program: standard output: cannot write: " "$program to a closed output" \
            bash -c '"$@" >&-' - "${words[@]}"
    else
        skip "$program to a full disk" 'no /dev/full'
    fi
    [ ! -w /dev/full ] ||
        fails 1 "^$program: standard output: cannot write: No space" "$program --help to a full disk" \
            bash -c '"$@" >/dev/full' - "${words[0]}" --help

    # --- files that cannot be read

    for name in $(grep -o '@[^ ]*' <<<"${arguments[$program]}" | tr -d @); do
        # what a program reads of a folder
        files=("$name")
        case $program,$name in
        tokenize,model) files=(model/config.json model/vocab.txt) ;;
        predict-cost,model) files=(model/config.json) ;;
        import-checkpoint,model) files=(model/config.json model/vocab.txt model/model.safetensors) ;;
        *,model) files=(model/config.json model/model.safetensors) ;;
        *,*study) files=("$name"/{ablation,scores,gradients}.safetensors) ;;
        *,adapter) files=(adapter/adapter_config.json adapter/adapter_model.safetensors) ;;
        esac
        for file in "${files[@]}"; do
            for defect in missing folder cut corrupt; do
                case $defect,$file in
                cut,*.[ct]sv | corrupt,*.[ct]sv | cut,*.txt | corrupt,*.txt) continue ;;
                esac
                rm -rf "$tmp/broken/${name:?}"
                cp -r "$in/$name" "$tmp/broken/$name"
                broken=$tmp/broken/$file
                rm "$broken"
                case $defect in
                folder) mkdir "$broken" ;;
                cut) head -c -1 "$in/$file" | sed '$s/}$//' >"$broken" ;;
                corrupt) tr -d '{' <"$in/$file" >"$broken" ;;
                esac
                reason='cannot|is not|ends early|do not fit|has neither'
                [[ $file != */vocab.txt || $defect != missing ]] || broken=${broken%/*}
                with "$name" "$tmp/broken/$name" "$program"
                fails 1 "^$program: ${broken}[^ ]*: .*($reason)" "$program, $defect: $file" "${words[@]}"
            done
        done
        with "$name" "$tmp/nowhere/$name" "$program"
        fails 1 "^$program: $tmp/nowhere/${name}[^ ]*: cannot open: No such file" "$program, no $name" "${words[@]}"
    done
    clean "... $program leaves nothing"

    words "$program"
    ok "... but works with what is sound" "${words[@]}" "${to[@]}"
    rm -rf "${out:?}"/*
done

mkdir -m 555 "$tmp/closed"
if [ -w "$tmp/closed" ]; then
    skip 'a folder that may not be written' 'this user may write anywhere'
else
    fails 1 '^score: .*/closed/x: cannot create: Permission denied' 'a folder that may not be written' \
        "$bin/score" "$in/model" "$in/tokens" -o "$tmp/closed/x"
fi

# --- files for another model

# edited NAME INPUT CODE: a changed copy in $tmp/broken.
edited() { perl tests/edit-tensors.pl "$in/$2" "$tmp/broken/$1" "$3"; }
# all_refuse REGEX NAME INPUT BROKEN PROGRAM...
all_refuse() {
    for program in "${@:5}"; do
        with "$3" "$tmp/broken/$4" "$program"
        fails 1 "^$program: $tmp/broken/$4[^ ]*: $1" "$program, $2" "${words[@]}"
    done
}
encoders='forward score decompose-gradient ablate prune train'
# tokens REGEX NAME CODE: what is wrong with tokens that CODE has changed.
tokens() {
    edited "tokens-$((++variant))" tokens "$3"
    # shellcheck disable=SC2086
    all_refuse "$1" "$2" tokens "tokens-$variant" $encoders
}
variant=0
tokens 'token 3 is 50 \(the model.s vocabulary has 50\)' 'an id beyond the vocabulary' \
    '$values[3] = 50 if $name eq "ids"'
tokens 'token 0 is -1 ' 'a negative id' '$values[0] = -1 if $name eq "ids"'
tokens 'sentence 0 has 21 tokens \(the model takes 16\)' 'a sentence that is too long' \
    '@values = (0, 21, 22, 24, 25, 27) if $name eq "offsets"'
tokens 'sentence 1 is empty' 'an empty sentence' '@values[1, 2] = (5, 5) if $name eq "offsets"'
tokens 'sentence 1 is empty or has bad offsets' 'offsets that fall' '@values[1, 2] = (6, 5) if $name eq "offsets"'
tokens 'sentence 1 is empty or has bad offsets' 'offsets beyond the ids' '$values[2] = 2**40 if $name eq "offsets"'
tokens 'offsets do not span the 27 ids' 'offsets that begin late' '$values[0] = 1 if $name eq "offsets"'
tokens 'offsets do not span the 27 ids' 'offsets that end early' '$values[-1] = 26 if $name eq "offsets"'
tokens 'label of sentence 2 is 3 \(expected 0 to 2\)' 'a label out of range' '$values[2] = 3 if $name eq "labels"'
tokens 'label of sentence 0 is -1 ' 'a negative label' '$values[0] = -1 if $name eq "labels"'
tokens "tensor 'labels' has shape \[4\] where \[5\]" 'a label too few' \
    '@values = @values[0 .. 3], @shape = 4 if $name eq "labels"'
tokens "has no tensor 'labels'" 'no labels' '$name = "" if $name eq "labels"'
tokens "tensor 'ids' is F32 where whole numbers" 'ids that are no whole numbers' '$dtype = "F32" if $name eq "ids"'
tokens 'holds no sentence' 'no sentence' '@values = (0) x ($shape[0] = $name eq "offsets")'

# model REGEX NAME CODE: what is wrong with a model whose tensors CODE has changed.
model() {
    cp -r "$in/model" "$tmp/broken/model-$((++variant))"
    edited "model-$variant/model.safetensors" model/model.safetensors "$3"
    # shellcheck disable=SC2086
    all_refuse "$1" "$2" model "model-$variant" $encoders
}
model "tensor 'bert\.pooler\.dense\.bias': element 7 is not finite" 'NaN among the weights' \
    '$values[7] = "nan" if $name eq "bert.pooler.dense.bias"'
model "has no tensor 'classifier\.bias'" 'a missing parameter' '$name = "" if $name eq "classifier.bias"'
model "tensor 'classifier\.bias' has shape \[4\] where \[3\]" 'a parameter of another shape' \
    '@values = (0) x ($shape[0] = 4) if $name eq "classifier.bias"'

# scores REGEX NAME CODE, ablation REGEX NAME CODE
scores() {
    edited "scores-$((++variant))" scores "$3"
    all_refuse "$1" "$2" scores "scores-$variant" prune correlate export measure-classes measure-multiverse measure-sizes measure-snapshot
}
ablation() {
    edited "ablation-$((++variant))" ablation "$3"
    all_refuse "$1" "$2" ablation "ablation-$variant" prune correlate export measure-classes measure-multiverse measure-sizes measure-snapshot
}
scores 'tensor .* has shape \[4, 2, 5\] where \[5, 2, 5\]' 'scores of fewer sentences' \
    '@values = @values[0 .. 39], $shape[0] = 4 if @shape == 3'
scores 'tensor .* has shape \[5, 5, 2\] where \[5, 2, 5\]' 'scores of other heads' \
    '@shape = @shape[0, 2, 1] if @shape == 3'
ablation "has no tensor 'logits_without'" 'an ablation without logits' '$name = "" if $name eq "logits_without"'
ablation "tensor 'logits_without': element 3 is not finite" 'NaN in the ablation' \
    '$values[3] = "nan" if $name eq "logits_without"'
ablation "tensor 'labels': element 1 is no class" 'labels that are no class' '$values[1] = 7 if $name eq "labels"'
edited ablation-less ablation '$shape[0] = 4, @values = @values[0 .. @values * 4 / 5 - 1]'
all_refuse '(is about 4 sentences|has shape)' 'an ablation of fewer sentences' ablation ablation-less prune
edited ablation-other ablation '@values = reverse @values if $name eq "labels"'
all_refuse 'its labels are not those of the tokens' 'an ablation of other sentences' ablation ablation-other prune
clean 'nothing is left of any of this'

# --- a model whose logits overflow, found by several threads at once

cp -r "$in/model" "$tmp/huge"
perl tests/edit-tensors.pl "$in/model/model.safetensors" "$tmp/huge/model.safetensors" \
    '@values = (3e38) x @values if $name eq "classifier.weight"'
perl tests/edit-tensors.pl "$in/tokens" "$tmp/many" \
    'if ($name eq "offsets") { @values = map { my $base = 27 * $_; (map { $base + $_ } @values[0 .. 4]) } 0 .. 99;
        push @values, 2700 } else { @values = (@values) x 100 }
    @shape = scalar @values'
for program in forward ablate decompose-gradient; do
    for threads in 1 2 3; do
        fails 1 "^$program: .*a logit is not finite" "$program, $threads threads, infinite logits" \
            "$bin/$program" --threads $threads "$tmp/huge" "$tmp/many" -o "$out/x"
    done
done
clean 'nothing is left of these either'

# labels that would silently mean something else
ok 'tokens with the classes in another order' "$bin/tokenize" --classes positive,negative data/pocket/model \
    data/pocket/sentences.tsv -o "$tmp/turned.safetensors"
for program in forward score decompose-gradient ablate; do
    fails 1 "^$program: $tmp/turned.safetensors: has the classes 'positive,negative'" "$program, these tokens" \
        "$bin/$program" data/pocket/model "$tmp/turned.safetensors" -o "$tmp/turned-out.safetensors"
done
ok 'scores by a model of another task' \
    "$bin/score" --other-task data/pocket/model "$tmp/turned.safetensors" -o "$tmp/turned-out.safetensors"
is '... do not claim its classes' "$("$bin/inspect" "$tmp/turned-out.safetensors" | grep -c 'classes')" 0

finish
