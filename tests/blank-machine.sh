#!/usr/bin/env bash
# blank-machine.sh: the README's two commands on a bare Debian, by an ordinary user with sudo: what they take.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/blank-machine.sh FOLDER OUT.tsv      (as root, from the top folder of a clone; needs debootstrap)
#
# FOLDER becomes the machine, and is removed: 3 GB. Its packages come from where this machine's own apt has Debian from, and
# it trusts the certificates that this machine trusts. What is committed is cloned there, not what is not. MIRROR, a folder
# of inputs as the Makefile takes it, is lent to the machine where the hosts of the inputs cannot be reached.
#
# Out: a row a step: seconds, processor seconds, MB on disk afterwards, MB downloaded (packages, their lists, inputs).
# Mounts are in a namespace of their own, and go with this script.
#
# exit 0: both commands succeeded; 1: one did not.
set -euo pipefail

[ $# -eq 2 ] || { echo 'blank-machine.sh: usage: tests/blank-machine.sh FOLDER OUT.tsv' >&2; exit 2; }
command -v debootstrap >/dev/null || { echo 'blank-machine.sh: debootstrap is missing (apt-get install debootstrap)' >&2; exit 1; }
[ -n "${UNSHARED:-}" ] || UNSHARED=1 exec unshare --mount --pid --fork "$0" "$@"
machine=$(realpath -m "$1") out=$2
mirror=${MIRROR:+MIRROR=/mirror}
[ ! -e "$machine" ] || { echo "blank-machine.sh: $machine: is here already" >&2; exit 1; }

end() {
    local status=$?
    [ "$status" -eq 0 ] || tail -n 20 "$out.log" >&2
    umount -R "$machine/dev" "$machine/proc" "$machine/mirror" 2>/dev/null || true
    rm -rf --one-file-system "$machine"
}
trap end EXIT

megabytes() { { du -smcx "$@" 2>/dev/null || true; } | tail -n 1 | cut -f 1; }
on_disk() { megabytes "$machine"; }
downloaded() { megabytes "$machine"/var/cache/apt/archives "$machine"/var/lib/apt/lists "$machine"/home/reader/paper/inputs; }

# step NAME COMMAND...: a row of the table; what the command says goes to OUT.log.
step() {
    local name=$1 before real user system
    before=$(downloaded)
    shift
    TIMEFORMAT='%0R %0U %0S'
    { time "$@" >>"$out.log" 2>&1; } 2>"$out.time"
    read -r real user system <"$out.time"
    printf '%s\t%d\t%d\t%d\t%d\n' "$name" "$real" $((user + system)) "$(on_disk)" $(($(downloaded) - before)) >>"$out.part"
}

bare_debian() {
    local suite address
    # shellcheck disable=SC2016 # the variables are apt's
    read -r address suite < <(apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
        sed -n 's/^Debian //p' | grep -v -e '-updates$' -e '-security' -e '-backports' | head -n 1)
    debootstrap --variant=minbase --include=git,make,sudo "$suite" "$machine" "$address"
    cp /etc/resolv.conf "$machine/etc/resolv.conf"
    echo "127.0.0.1 localhost $(hostname)" >"$machine/etc/hosts"
    mkdir -p "$machine/usr/local/share/ca-certificates"
    find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$machine/usr/local/share/ca-certificates" \;
    mount -t proc proc "$machine/proc"
    mount --rbind /dev "$machine/dev"
    [ -z "${MIRROR:-}" ] || { mkdir "$machine/mirror"; mount --bind -o ro "$MIRROR" "$machine/mirror"; }
    chroot "$machine" useradd --create-home --shell /bin/bash reader
    echo 'reader ALL=(ALL) NOPASSWD: ALL' >"$machine/etc/sudoers.d/reader"
    git bundle create --quiet "$machine/paper.bundle" HEAD
    as_reader 'git clone --quiet /paper.bundle paper'
}

# As after a login: nothing of this environment but the way to the network.
as_reader() {
    chroot "$machine" sudo -u reader -H env -i HOME=/home/reader USER=reader PATH=/usr/local/bin:/usr/bin:/bin \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} bash -c "cd && $1"
}

: >"$out.log"
printf 'step\tseconds\tprocessor_seconds\tdisk_mb\tdownload_mb\n' >"$out.part"
step 'bare Debian' bare_debian
step 'make setup paper' as_reader "cd paper && make setup paper $mirror"
step 'make setup check' as_reader "cd paper && make setup check $mirror"
rm "$out.time"
mv "$out.part" "$out"
cat "$out"
