#!/usr/bin/env bash
# revision.sh: which sources these are: a table of name and value.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/revision.sh
#
#   revision   the commit's short name, with -dirty where files differ from it; unknown where nobody tells
#   commit     its full name, by which a web page of it is addressed
#   epoch      its time in seconds since 1970: the date of the paper
#   date       the same as a day
#   sources    committed, changed (some are not), or unknown
#
# Git tells; in an archive without git, the file VERSION, which git fills when it makes the archive.
set -euo pipefail
here=$(dirname "$(dirname "$(realpath "$0")")")

revision=unknown commit=unknown epoch=0 sources=unknown
# An archive may lie inside another repository, which knows nothing of it.
if git -C "$here" ls-files --error-unmatch env/revision.sh >/dev/null 2>&1 &&
    commit=$(git -C "$here" rev-parse --verify --quiet HEAD); then
    revision=$(git -C "$here" rev-parse --short=10 HEAD)
    epoch=$(git -C "$here" log -1 --format=%ct)
    sources=committed
    # New files count: make compiles whatever lies in src/.
    if [ -n "$(git -C "$here" status --porcelain)" ]; then
        sources=changed
        revision+=-dirty
    fi
elif read -r commit epoch <"$here/VERSION" && [[ $commit =~ ^[0-9a-f]{40,64}$ && $epoch =~ ^[0-9]+$ ]]; then
    revision=${commit:0:10}
    sources=committed
else
    commit=unknown epoch=0
fi

date=$(LC_ALL=C date -u -d "@$epoch" '+%B %-d, %Y')
printf '%s\t%s\n' name value revision "$revision" commit "$commit" epoch "$epoch" date "$date" sources "$sources"
