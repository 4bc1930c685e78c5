#!/usr/bin/env bash
# inputs.sh: everything that the paper is computed from, as a table.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/inputs.sh [INPUTS.lock LICENCES.tsv]      (from the top folder) [data/inputs.lock data/licences.tsv]
#
# Out: file, bytes, sha256, source, licence: the files that the lock names (inputs/…; - where it does not know), then
# those of data/, with the sums that are committed. Of several sources the first.
# exit 0: printed; 1: a file has no licence in the table, or is not there.
set -euo pipefail
lock=${1:-data/inputs.lock} licences=${2:-data/licences.tsv}

# file, bytes, sha256, source
locked() { grep -v '^#' "$lock" | awk -F '\t' -v OFS='\t' 'NF && $1 != "name" { print "inputs/" $2, $3, $4, $6 }'; }
written() {
    local sums sum file bytes
    find -L data -name SHA256SUMS | sort | while read -r sums; do
        while read -r sum file; do
            bytes=$(stat -Lc %s "${sums%/*}/$file") || exit 1
            printf '%s\t%s\t%s\t%s\n' "${sums%/*}/$file" "$bytes" "$sum" 'this repository'
        done <"$sums"
    done
}

{ locked; written; } | awk -F '\t' -v OFS='\t' -v licences="$licences" '
    BEGIN {
        while ((getline line < licences) > 0) if (line !~ /^#|^input\t/) { split(line, cell, "\t"); licence[cell[1]] = cell[2] }
        print "file", "bytes", "sha256", "source", "licence"
    }
    {
        best = ""
        for (begin in licence) if (index($1, begin) == 1 && length(begin) > length(best)) best = begin
        if (best == "") { print "inputs.sh: " $1 ": has no licence in " licences > "/dev/stderr"; failed = 1; exit 1 }
        print $1, $2, $3, $4, licence[best]
    }'
