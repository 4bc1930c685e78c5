#!/usr/bin/env bash
# cell.sh: a cell of a table, by the names of its columns.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/cell.sh TABLE COLUMN [KEY=VALUE...]
#
# Prints what the first row has in COLUMN; with keys, the first row that has each VALUE in the column KEY, or in the
# KEY-th. Nothing if there is none. exit 1: the table has no such column, or cannot be read.
set -euo pipefail
table=$1 column=$2
shift 2
awk -F '\t' -v column="$column" -v keys="$(printf '%s\n' "$@")" '
    function place_of(name) {
        if (!(name in place)) { print "cell.sh: " FILENAME ": has no column \047" name "\047" > "/dev/stderr"; failed = 1; exit 1 }
        return place[name]
    }
    NR == 1 {
        for (i = 1; i <= NF; i++) place[$i] = place[i] = i
        wanted = place_of(column)
        n = split(keys, key, "\n")
        for (i = 1; i <= n; i++) {
            value[i] = substr(key[i], index(key[i], "=") + 1)
            sub(/=.*/, "", key[i])
            key[i] = place_of(key[i])
        }
        next
    }
    {
        for (i = 1; i <= n; i++) if ($(key[i]) "" != value[i] "") next
        print $wanted
        exit
    }' "$table"
