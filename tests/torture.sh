#!/usr/bin/env bash
# torture.sh: a build that is killed again and again comes to the same files as one that was left alone.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/torture.sh TREE TARGET KILLS SEED      (from the top folder, by `make torture`)
#
#   TREE    the sources and a build folder of their own, which is emptied
#   TARGET  what make is asked for: pocket, or paper
#   KILLS   how often: kill -9 to make and all that it started, at moments that SEED draws
#
# The first build is left alone: its files and its time are what the others are measured by. After a kill make goes on
# with what is there. Whenever it comes to the end its files are compared, and the next build begins with nothing, the
# programs not compiled.
#
# exit 0: all builds came to the same; 1: one did not, or failed: its log or the differing files are shown.
set -euo pipefail

[ $# -eq 4 ] || { echo 'torture.sh: usage: tests/torture.sh TREE TARGET KILLS SEED' >&2; exit 2; }
tree=$1 target=$2 wanted=$3
RANDOM=$4
log=$tree/torture.log
builder=
trap '[ -z "$builder" ] || kill -9 -- "-$builder" 2>/dev/null || true' EXIT

# The files of a finished build. What was left aside has a number in its name; LaTeX's own files bear the time.
sums() {
    (cd "$tree/build" && find . -type f \( -name '*.tsv' -o -name '*.safetensors' -o -name '*.tex' -o -name '*.pdf' \) \
        ! -name '*.[0-9]*.*' ! -path '*/latex/*' -print0 | sort -z | xargs -0 sha256sum)
}

# In a session of its own, so that all of it can be killed.
begin() {
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL setsid make -j2 -C "$tree" --no-print-directory "$target" >"$log" 2>&1 &
    builder=$!
}

# What a build that was not killed came to, by its exit status.
end() {
    builder=
    [ "$1" -eq 0 ] || { echo "torture: make failed after $kills kills:" >&2; tail -n 20 "$log" >&2; exit 1; }
    if ! diff <(sums) "$tree/undisturbed" >"$log"; then
        echo "torture: after $kills kills these differ (<) from the undisturbed (>):" >&2
        cat "$log" >&2
        exit 1
    fi
    echo "torture: after $kills kills: the same $(wc -l <"$tree/undisturbed") files"
}

kills=0
rm -rf "$tree/build"
started=$(date +%s%3N)
begin
wait "$builder" || { tail -n 20 "$log" >&2; exit 1; }
longest=$((($(date +%s%3N) - started) / 4))     # milliseconds that make is left alone at most
sums >"$tree/undisturbed"
[ -s "$tree/undisturbed" ] || { echo 'torture: the build has no files' >&2; exit 1; }
echo "torture: undisturbed: $((4 * longest / 1000)) s"
rm -rf "$tree/build"

while [ "$kills" -lt "$wanted" ]; do
    begin
    pause=$(((RANDOM * 32768 + RANDOM) % longest))
    sleep "$((pause / 1000)).$(printf %03d $((pause % 1000)))" &
    timer=$!
    status=0
    wait -n -p first "$builder" "$timer" || status=$?
    if [ "$first" = "$timer" ]; then
        kill -9 -- "-$builder"
        { wait "$builder"; } 2>/dev/null || true        # bash would tell of each
        while kill -0 -- "-$builder" 2>/dev/null; do sleep 0.01; done
        kills=$((kills + 1))
    else
        kill "$timer"
        end "$status"
        rm -rf "$tree/build"
    fi
done
begin
status=0
wait "$builder" || status=$?
end "$status"
