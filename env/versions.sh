#!/usr/bin/env bash
# versions.sh: with what the paper is made, as a table.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/versions.sh CC PACKAGES PROGRAM...
#
# Out: kind (program, library, tool), name, version; PACKAGES are names that pkg-config knows, in one argument.
set -euo pipefail
cc=$1 packages=$2
shift 2

first_line() { sed -n 1p <<<"$1"; }
row() { printf '%s\t%s\t%s\n' "$@"; }

row kind name version
for program; do
    version=$("$program" --version)
    row program "${version% *}" "${version##* }"
done
for package in $packages; do
    row library "$package" "$(pkg-config --modversion "$package")"
done
row tool compiler "$(first_line "$("$cc" --version)")"
row tool make "$(first_line "$(make --version)")"
row tool bash "${BASH_VERSION%%(*}"
row tool gnuplot "$(gnuplot --version)"
row tool TeX "$(first_line "$(pdflatex --version)")"
