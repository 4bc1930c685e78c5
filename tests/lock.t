#!/usr/bin/env bash
# lock.t: env/fetch.sh with hundreds of lock files that are broken at random, or by malice: each gives one clear error or is
# followed, nothing is written outside the inputs folder, nothing executed.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# curl, pip and unzip are stand-ins, which note what they are asked for and do no more than they are told.
. "$(dirname "$0")/tap.sh"

mutations=${MUTATIONS:-200}     # the seed of each is its number
outside=$tmp/outside
world=$tmp/world
export INPUTS=$world/inputs LOCK=$world/lock MIRROR=''
mkdir -p "$outside" "$world" "$tmp/bin"

# --- stand-ins: they write what stands in $PAYLOAD, and to $ASKED what they were asked

export PAYLOAD=$tmp/payload ASKED=$tmp/asked      # names that the script does not use
printf 'the input\n' >"$PAYLOAD"
sum=$(sha256sum <"$PAYLOAD" | cut -d ' ' -f 1)
cat >"$tmp/bin/curl" <<'END'
#!/bin/bash
printf 'curl\0' >>"$ASKED"
while [ $# -gt 1 ]; do
    [ "$1" != --output ] || { printf 'to %s\0' "$2" >>"$ASKED"; cp "$PAYLOAD" "$2" || exit 1; }
    shift
done
printf 'from %s\0' "$1" >>"$ASKED"
echo 200
END
cat >"$tmp/bin/python3" <<'END'
#!/bin/bash
printf 'pip\0' >>"$ASKED"
while [ $# -gt 1 ]; do
    [ "$1" != --dest ] || { printf 'to %s\0' "$2" >>"$ASKED"; : >"$2/a.whl"; }
    shift
done
printf 'package %s\0' "$1" >>"$ASKED"
END
cat >"$tmp/bin/unzip" <<'END'
#!/bin/bash
printf 'unzip\0to %s\0member %s\0' "$2" "$3" >>"$ASKED"
cat "$PAYLOAD"
END
chmod +x "$tmp"/bin/*
export PATH=$tmp/bin:$PATH

# --- a sound lock, and broken ones

make_lock() {
    printf '# a remark\n\nname\tfile\tbytes\tsha256\tneed\tsources\n'
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' one one/a.bin 10 "$sum" required https://hub.example/one/a.bin \
        one one/b.bin 10 "$sum" optional python:some-package==1.0:some_package/b.bin \
        two two.bin - - required http://hub.example:8080/two.bin?x=1
}
make_lock >"$tmp/sound"

# mutate SEED: one to four changes to the sound lock: of bytes, of lines, or a cell for one that is meant to harm.
mutate() {
    perl -e '
        my ($seed, $outside) = splice @ARGV, 0, 2;
        srand $seed;
        my @harm = ("../x", "../../outside/x", "$outside/x", "one/../../outside/x", ".", "..", "/", "one", "one/a.bin/c", "-",
            "", "-o", "\$(touch $outside/x)", "`touch $outside/x`", "x; touch $outside/x", "| touch $outside/x",
            "a[\$(touch $outside/x)]", "*", "x\r", "x\0y", "\e[2J", "99999999999999999999", "-1", "0", "ab" x 5000,
            "file://$outside/x", "ftp://hub.example/x", "https://-o/x", "https://user\@hub.example/x", "https://[1-9]/x",
            "http://hub.example/{a,b}", "https:///etc/passwd", "python:", "python:--target=$outside==1:x",
            "python:/etc==1:x", "python:../..==1:x", "python:-r==1:x", "python:some-package==1.0:-d$outside",
            "python:git+https://hub.example/x==1:x", "required\toptional", "\xff\xfe", "a.part", "one/a.bin.sha256");
        local $/;
        my $text = <STDIN>;
        for (0 .. int rand 4) {
            my $kind = int rand 6;
            my @lines = split /\n/, $text, -1;
            my $at = int rand length $text;
            if ($kind == 0) { substr($text, $at, 1) = chr int rand 256 }
            elsif ($kind == 1) { substr($text, $at, 1 + int rand 20) = "" }
            elsif ($kind == 2) { substr($text, $at, 0) = $harm[rand @harm] }
            elsif ($kind == 3) { splice @lines, rand @lines, 0, $lines[rand @lines]; $text = join "\n", @lines }
            else {
                my $line = 3 + int rand 3;
                my @cells = split /\t/, $lines[$line] // "", -1;
                $cells[rand @cells] = $harm[rand @harm] if @cells;
                $lines[$line] = join "\t", @cells;
                $text = join "\n", @lines;
            }
            last if $text eq "";
        }
        print $text;' "$1" "$outside" <"$tmp/sound"
}

# --- what may never happen; each says of which seed it did

wrong() { printf 'seed %s: %s\n' "$seed" "$2" >>"$tmp/wrong-$1"; }
good() { is "$1" "$(cat "$tmp/wrong-$2" 2>/dev/null)" ''; }

check_asked() {
    local word
    [ ! -e "$ASKED" ] || while IFS= read -r -d '' word; do
        case $word in
        curl | pip | unzip) ;;
        "to $INPUTS/"*) [[ $word/ != */../* ]] || wrong asked "$word" ;;
        'from http://'[a-z0-9]* | 'from https://'[a-z0-9]*) ;;
        'package '[A-Za-z0-9]*) [[ $word != */* ]] || wrong asked "$word" ;;
        'member '[A-Za-z0-9_]*) ;;
        *) wrong asked "$word" ;;
        esac
    done <"$ASKED"
}

failures=0
run() {
    local status=0
    rm -rf "$INPUTS" "$ASKED"
    timeout 20 env/fetch.sh all >"$tmp/output" 2>"$tmp/errors" </dev/null || status=$?
    case $status in
    0) ;;
    1) failures=$((failures + 1)); [ -s "$tmp/errors" ] || wrong status 'failed without a word' ;;
    *) wrong status "exit $status" ;;
    esac
    grep -av '^fetch: ' "$tmp/errors" | head -n 1 | while IFS= read -r line; do wrong words "$line"; done
    grep -aq $'[\001-\010\013-\037]' "$tmp/output" "$tmp/errors" && wrong terminal 'control characters reach the terminal'
    check_asked
    find "$outside" "$world" -mindepth 1 -maxdepth 1 ! -name inputs ! -name lock | while IFS= read -r written; do
        wrong outside "$written"
        rm -rf "$written"
    done
}

seed=sound
cp "$tmp/sound" "$LOCK"
run
is 'a sound lock is followed' "$(awk 'NR > 1 { print $1, $4 }' "$tmp/output" | xargs)" \
    'checked one/a.bin checked one/b.bin unchecked two.bin'
is '... by curl, pip and unzip' "$(tr '\0' '\n' <"$ASKED" | grep -xE 'curl|pip|unzip' | xargs)" 'curl pip unzip curl'
for seed in $(seq "$mutations"); do
    mutate "$seed" >"$LOCK"
    run
done

good 'every lock file is followed or refused' status
good '... in words of its own' words
good '... that are printable' terminal
good 'nothing is asked for but addresses and packages' asked
good 'nothing is written outside the inputs folder, and nothing executed' outside
ok 'many of them were refused, and many not' \
    test "$failures" -gt $((mutations / 4)) -a "$failures" -lt $((mutations * 9 / 10))

finish
