#!/usr/bin/env bash
# fetch.t: env/fetch.sh with lock files of its own, a local folder, a local web server and a made-up Python package.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

fetch=env/fetch.sh
export INPUTS="$tmp/the inputs" LOCK="$tmp/lock" MIRROR=
export no_proxy=127.0.0.1,localhost PIP_NO_INDEX=1 PIP_FIND_LINKS="$tmp/wheels"
path=$INPUTS/dir/one.bin        # the input that most tests are about

row() { (IFS=$'\t'; printf '%s\n' "$*") >>"$LOCK"; }
# lock BYTES SHA256 NEED [SOURCE...]: start anew with no inputs, and a lock file of one.
lock() {
    rm -rf "$INPUTS"
    printf '# a remark\n\nname\tfile\tbytes\tsha256\tneed\tsources\n' >"$LOCK"
    row one dir/one.bin "$@"
}
sum_of() { sha256sum <"$1" | cut -d ' ' -f 1; }
# only WORD COMMAND...: the command, but of its complaints only those with this word.
# shellcheck disable=SC2317     # the checks call it
only() { "${@:2}" 2>&1 >/dev/null | grep -e "$1" >&2; return "${PIPESTATUS[0]}"; }
# What the last run's table says of a file, and which files it left in the inputs folder.
state_of() { awk -v file="$1" '$4 == file { print $1 }' "$tmp/output"; }
files() { (cd "$INPUTS" && find . -type f | sort | tr -d '\n'); }

mkdir -p "$tmp/mirror/dir" "$tmp/web" "$tmp/wheels"
head -c 100000 /dev/urandom >"$tmp/web/one.bin"
head -c 100000 /dev/urandom >"$tmp/web/other.bin"
head -c 1000 "$tmp/web/one.bin" >"$tmp/web/short.bin"
cp "$tmp/web/one.bin" "$tmp/mirror/dir"
one=$(sum_of "$tmp/web/one.bin")
other=$(sum_of "$tmp/web/other.bin")

# --- usage, the lock

fails 2 '^fetch: usage:' 'no tier is a usage error' $fetch
lock 100000 "$one" required
fails 2 'no such input .*: two$' 'an unknown name is a usage error' $fetch all two
fails 2 'no such input .*: one$' 'so is a name of another tier' $fetch optional one
MIRROR=$tmp/none fails 1 'none: no such folder' 'a mirror that is not there is an error' $fetch required
row two two.bin many - optional
fails 1 'lock:5: not a row' 'a broken row is an error' $fetch required
LOCK=$tmp/none fails 1 'none: cannot be read' 'no lock file is an error' $fetch required

# --- a local folder

lock 100000 "$one" required
fails 1 'required, but not here: dir/one.bin$' 'a required input without a source fails' $fetch required
is '... and leaves nothing' "$(files)" ''
MIRROR=$tmp/mirror ok 'the mirror has it' $fetch required
is '... checked' "$(state_of dir/one.bin)" checked
is '... and nothing else' "$(files)" ./dir/one.bin
before=$(stat -c '%i %y' "$path")
ok 'a second run needs no source' $fetch required
is '... and says nothing but the table' "$(wc -l <"$tmp/output")" 2
is '... and leaves the file alone' "$(stat -c '%i %y' "$path")" "$before"

printf x >>"$path"
fails 1 'size \(found 100001, expected 100000\), kept as .*' 'a damaged file is reported' \
    only size $fetch required
is '... and kept aside' "$(files)" ./dir/one.bin.mismatch

lock 100000 "$other" required
MIRROR=$tmp/mirror fails 1 "sha256 \\(found $one, expected $other\\)" 'a wrong sum is reported' \
    only sha256 $fetch required
is '... and kept aside too' "$(files)" ./dir/one.bin.mismatch

lock 100000 "$one" optional
ok 'a missing optional input is no failure' $fetch optional
is '... but listed' "$(state_of dir/one.bin)" missing
is '... and has no folder' "$(ls -A "$INPUTS")" ''
ok 'nothing required, nothing done' $fetch required

# --- a sum not known yet

lock - - required
MIRROR=$tmp/mirror ok 'an input of unknown sum is taken' $fetch required
is '... unchecked' "$(state_of dir/one.bin)" unchecked
is '... with its sum beside it' "$(cat "$path.sha256")" "$one  one.bin"
ok 'it stays so' $fetch required
is '... unchecked' "$(state_of dir/one.bin)" unchecked
cp "$tmp/web/other.bin" "$path"
fails 1 "expected $one as first seen" 'a change since is noticed' \
    only sha256 $fetch required
cp "$tmp/web/one.bin" "$path"
sed -i "s/\t-\t-\t/\t100000\t$one\t/" "$LOCK"
ok 'once the lock knows the sum' $fetch required
is '... it is checked' "$(state_of dir/one.bin)" checked
is '... and the first one forgotten' "$(files)" ./dir/one.bin./dir/one.bin.mismatch

# --- a Python package

if python3 -m pip --version >/dev/null 2>&1 && command -v unzip >/dev/null; then
    python3 - "$tmp/wheels/made_up-1.0-py3-none-any.whl" "$tmp/web" <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    for name in ("one.bin", "other.bin"):
        wheel.write(f"{sys.argv[2]}/{name}", f"made_up/{name}")
    info = "made_up-1.0.dist-info"
    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(f"{info}/RECORD", "")
END
    lock 100000 "$one" required python:made-up==1.0:made_up/none.bin python:made-up==1.0:made_up/one.bin
    row two other.bin 100000 "$other" required python:made-up==1.0:made_up/other.bin
    ok 'members of a Python package' $fetch required
    is '... both are here' "$(state_of dir/one.bin) $(state_of other.bin)" 'checked checked'
    is '... from one download' "$(grep -c 'from the Python package' "$tmp/output")" 1
    is '... that is not kept' "$(files)" ./dir/one.bin./other.bin
else
    skip 'members of a Python package' 'no pip or no unzip'
fi

# --- the web

if python3 -c '' 2>/dev/null && command -v curl >/dev/null; then
    python3 tests/http-server.py "$tmp/web" "$tmp/log" >"$tmp/port" &
    server=$!
    trap 'kill "$server"; wait "$server" 2>/dev/null; rm -rf "$tmp"' EXIT
    for _ in {1..100}; do
        [ -s "$tmp/port" ] && break
        sleep 0.1
    done
    web=http://127.0.0.1:$(cat "$tmp/port")
    # requests: what the server was asked since the last time.
    requests() { tr '\n' ' ' <"$tmp/log"; }
    # web_lock SOURCE...: start anew, with these sources and an empty log.
    web_lock() { lock 100000 "$one" required "$@"; mkdir -p "$INPUTS/dir"; : >"$tmp/log"; }

    web_lock "$web/none.bin" "$web/other.bin" "$web/moved/one.bin"
    ok 'not found, then wrong, then redirected to the right file' $fetch required
    is '... in this order' "$(requests)" '/none.bin - /other.bin - /moved/one.bin - /one.bin - '
    is '... the wrong one kept aside' "$(files)" ./dir/one.bin./dir/one.bin.mismatch

    web_lock "$web/cut/one.bin"
    ok 'a download that is cut' $fetch required
    is '... goes on from there' "$(requests)" '/cut/one.bin - /cut/one.bin bytes=50000- '
    is '... and leaves nothing else' "$(files)" ./dir/one.bin

    web_lock "$web/none.bin"
    cp "$tmp/web/short.bin" "$path.part"
    fails 1 'required, but not here' 'a part' \
    only required $fetch required
    is '... outlives a run that cannot use it' "$(files)" ./dir/one.bin.part
    sed -i 's/none.bin/one.bin/' "$LOCK"
    : >"$tmp/log"
    ok '... and is used by the next' $fetch required
    is '... from its end' "$(requests)" '/one.bin bytes=1000- '

    web_lock "$web/one.bin"
    head -c 1000 "$tmp/web/other.bin" >"$path.part"
    ok 'a part of another file' $fetch required
    is '... is found out, and all asked for' "$(requests)" '/one.bin bytes=1000- /one.bin - '

    web_lock "$web/one.bin"
    cat "$tmp/web/one.bin" "$tmp/web/short.bin" >"$path.part"
    ok 'a part that is too long' $fetch required
    is '... is dropped' "$(requests)" '/one.bin bytes=101000- /one.bin - '

    web_lock "$web/one.bin"
    cp "$tmp/web/one.bin" "$path.part"
    ok 'a part that is whole' $fetch required
    is '... is checked, nothing asked for' "$(requests)" ''

    web_lock "$web/whole/one.bin"
    cp "$tmp/web/short.bin" "$path.part"
    ok 'a server that cannot resume' $fetch required
    is '... is asked for all' "$(requests)" '/whole/one.bin bytes=1000- /whole/one.bin - '

    # --- the model hub's addresses: a revision of a model, redirected to another host

    revision=0123456789abcdef0123456789abcdef01234567
    mkdir -p "$tmp/web/owner/model"
    cp "$tmp/web/one.bin" "$tmp/web/owner/model"
    hub=owner/model/resolve/$revision
    signed='owner/model/one.bin?signature=0'

    web_lock "$web/$hub/one.bin"
    ok 'a file of the hub' $fetch required
    is '... is redirected' "$(requests)" "/$hub/one.bin - /$signed - "
    is '... and checked' "$(state_of dir/one.bin)" checked

    web_lock "$web/cut/$hub/one.bin"
    ok 'cut behind the redirection' $fetch required
    is '... goes on there' "$(requests)" \
        "/cut/$hub/one.bin - /cut/$signed - /cut/$hub/one.bin bytes=50000- /cut/$signed bytes=50000- "
    is '... to the right sum' "$(state_of dir/one.bin)" checked

    lock 100000 "$other" optional "$web/$hub/one.bin"
    ok 'one whose sum is another' $fetch optional
    is '... is not taken' "$(state_of dir/one.bin) $(files)" 'mismatch ./dir/one.bin.mismatch'

    lock 100000 "$one" optional "$web/owner/model/resolve/main/one.bin" "$web/$hub/two.bin"
    ok 'no such revision, no such file' $fetch optional
    is '... are missing' "$(state_of dir/one.bin)$(files)" missing

    # The lock of this repository, its hub here: the published checkpoint that has neither size nor sum yet.
    grep -P '^bert-sst2\t' data/inputs.lock | sed "s|https://[^/\t]*|$web/cut|" >"$LOCK"
    model=$(sed -n '1s|.*/\([^/]*/[^/]*\)/resolve/.*|\1|p' "$LOCK")
    mkdir -p "$tmp/web/$model"
    cp tests/fixtures/torch/model/{pytorch_model.bin,config.json,vocab.txt} "$tmp/web/$model"
    echo '{}' >"$tmp/web/$model/tokenizer_config.json"
    rm -rf "$INPUTS"
    ok 'a published checkpoint' $fetch optional bert-sst2
    is '... is here, unchecked' "$(awk 'NR > 1 && $1 == "unchecked" { print $4 }' "$tmp/output" | sort | xargs)" \
        'bert-sst2/config.json bert-sst2/pytorch_model.bin bert-sst2/tokenizer_config.json bert-sst2/vocab.txt'
    ok '... its sum is kept for the next time' sh -c 'cd "$1" && sha256sum --quiet -c pytorch_model.bin.sha256' - \
        "$INPUTS/bert-sst2"
    ok '... and it can be imported' "$bin/import-checkpoint" "$INPUTS/bert-sst2" -o "$tmp/model"
    ok '... as what was published' "$bin/compare" "$tmp/model/model.safetensors" tests/fixtures/torch/model/model.safetensors

    # --- no network

    web_lock http://127.0.0.1:1/one.bin
    row two two.bin 1 - optional http://127.0.0.1:1/two.bin
    MIRROR=$tmp/mirror ok 'the mirror comes before the web' $fetch required
    rm "$path"
    $fetch all >"$tmp/output" 2>&1
    is 'without a network a required input fails' "$? $(state_of dir/one.bin)" '1 missing'
    is '... and no host is asked twice' "$(grep -c 'fetch: .*: from' "$tmp/output")" 1
else
    skip 'downloads' 'no python3 or no curl'
fi

finish
