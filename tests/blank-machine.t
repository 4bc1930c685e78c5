#!/usr/bin/env bash
# blank-machine.t: the steps of blank-machine.sh, which takes root and half an hour, with stand-ins for what makes a machine.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016 # the variables are the stand-ins'
. "$(dirname "$0")/tap.sh"

# stand_in PROGRAM COMMAND: says how it was called, then does that.
stand_in() { printf '#!/bin/sh\necho "%s $*" >>"%s/called"\n%s\n' "$1" "$tmp" "$2" >"$tmp/bin/$1" && chmod +x "$tmp/bin/$1"; }
mkdir "$tmp/bin"
stand_in apt-get 'echo Debian address suite'
stand_in debootstrap 'mkdir -p "$4/etc/sudoers.d"'
for program in mount umount chroot; do stand_in $program ''; done
steps() { UNSHARED=1 PATH=$tmp/bin:$PATH tests/blank-machine.sh "$tmp/machine" "$tmp/steps.tsv"; }
called() { grep -cF -e "$1" "$tmp/called"; }

unset MIRROR
ok 'without a mirror of the inputs' steps
is '... the machine comes from where apt has packages from' "$(called "debootstrap --variant=minbase --include=git,make,sudo suite $tmp/machine address")" 1
is '... both commands are called' "$(cut -f 1 "$tmp/steps.tsv" | paste -sd ,), $(called 'make setup paper'), $(called 'make setup check')" \
    'step,bare Debian,make setup paper,make setup check, 1, 1'
is '... nothing is lent' "$(called 'mount --bind')" 0
ok '... nothing is left' test ! -e "$tmp/machine"
rm "$tmp/called" "$tmp/steps.tsv"
mkdir "$tmp/inputs"
export MIRROR=$tmp/inputs
ok 'with one' steps
is '... it is lent' "$(called "mount --bind -o ro $tmp/inputs $tmp/machine/mirror"), $(called 'make setup paper MIRROR=/mirror')" '1, 1'

finish
