#!/usr/bin/env bash
# reproducible.sh: the pocket paper of the last commit in two folders, with different names: are all files alike?
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/reproducible.sh FOLDER      (from the top folder)
#
# One is a clone, the other `make dist`'s archive without git. LaTeX's own logs and compiled programs name their folder and
# are left out. Exit 0: alike; 3: one differs, and is named.
set -euo pipefail
rm -rf "$1"
mkdir -p "$1/one" "$1/the other one"
git clone -q . "$1/one/clone"
git -C "$1/one/clone" archive --prefix=archive/ HEAD | tar -x -C "$1/the other one"
for folder in "$1/one/clone" "$1/the other one/archive"; do
    # no repository above may answer for the archive
    GIT_CEILING_DIRECTORIES=$(realpath "$1") make -C "$folder" --no-print-directory pocket >"$1/log" 2>&1 ||
        { tail -n 5 "$1/log" >&2; exit 1; }
done
sums() { (cd "$1/build" && find pocket excerpts -type f ! -path '*/latex/*' ! -name params -print0 | sort -z | xargs -0 sha256sum); }
diff <(sums "$1/one/clone") <(sums "$1/the other one/archive") >&2 || exit 3
echo "reproducible: $(sums "$1/one/clone" | wc -l) files are alike, build/pocket/paper.pdf among them"
