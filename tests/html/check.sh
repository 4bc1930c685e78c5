#!/usr/bin/env bash
# check.sh: what must hold of a page, as a headless browser lays it out: on a phone and on a desk, light and dark.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/html/check.sh OUT/index.html WORK [LOOK...]      (from the top folder)
#
# LOOK: WIDTHxHEIGHT-light or -dark; without one, a phone and a desk, each both ways.
# WORK is the document's folder: what LaTeX says of itself there (latex/*.aux, *.fls) and provenance.tsv tell how many
# figures, tables and listings there must be, and which scripts made them. The checks are those of checks.js.
#
# exit 0: all checks hold; 1: some do not: a line each, where it was first seen; or there is no browser.
set -euo pipefail

[ $# -ge 2 ] || { echo 'check.sh: usage: tests/html/check.sh OUT/index.html WORK [LOOK...]' >&2; exit 2; }
page=$1 work=$2
shift 2
[ $# -gt 0 ] || set -- 390x844-light 390x844-dark 1280x900-light 1280x900-dark
latex=$work/latex/$(basename "$work")
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo 'check-html: a browser is missing (on Debian: apt-get install chromium)' >&2
    exit 1
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cp -r "$(dirname "$page")" "$tmp/page"

captions() { grep -c "^\\\\@writefile{$1}{\\\\contentsline" "$latex.aux" || true; }
# Of what make knows a script for, what LaTeX read, in the order in which it did.
scripts=$(awk -F '\t' 'FILENAME ~ /tsv$/ { script[$1] = $2; next }
    sub(/^INPUT (\.\/)?/, "") && sub(/\.tex$/, "") {
        if (index($0, work "/") == 1) $0 = substr($0, length(work) + 2)
        if ($0 in script && !seen[$0]++) printf "\"%s\", ", script[$0]
    }' work="$work" "$work/provenance.tsv" "$latex.fls")

# The browser's number for what the reader prefers.
declare -A scheme=([dark]=0 [light]=1) seen=()

# look WIDTH HEIGHT light|dark: the page in a frame of this size, which a window may not have.
look() {
    cp "$page" "$tmp/page/index.html"
    {
        printf '<script>const expected = { width: %d, scheme: "%s", ' "$1" "$3"
        printf 'figures: %d, tables: %d, listings: %d, ' "$(captions lof)" "$(captions lot)" "$(captions lol)"
        printf 'scripts: [%s] };\n' "$scripts"
        cat tests/html/checks.js
        echo '</script>'
    } >>"$tmp/page/index.html"
    printf '%s\n' '<!DOCTYPE html><html><body>' \
        "<iframe src=\"index.html\" width=\"$1\" height=\"$2\" style=\"border: 0\"></iframe><pre></pre>" \
        '<script>addEventListener("message", (event) => { document.querySelector("pre").textContent = event.data; })' \
        '</script>' \
        '</body></html>' >"$tmp/page/frame.html"
    "$browser" "${options[@]}" --window-size="$1,$2" --blink-settings=preferredColorScheme="${scheme[$3]}" \
        --dump-dom "file://$tmp/page/frame.html" 2>"$tmp/errors" | sed -n '/<pre>/,/<\/pre>/p' |
        sed 's/^.*<pre>//; s/<\/pre>.*//; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' >"$tmp/result"
    checks=$(sed -n 's/ checks$//p' "$tmp/result")
    if [ "${checks:-0}" -eq 0 ]; then
        echo "check.sh: $page: the browser did not say what it found" >&2
        tail -n 3 "$tmp/errors" >&2
        exit 1
    fi
    while IFS= read -r fault; do
        [ -n "${seen[$fault]-}" ] || echo "$page: $1 px, $3: $fault" >&2
        seen[$fault]=1
    done < <(sed -n 's/^not so: //p' "$tmp/result")
}

options=(--headless --disable-gpu --hide-scrollbars --allow-file-access-from-files --virtual-time-budget=20000
    --user-data-dir="$tmp/browser")
[ "$(id -u)" -ne 0 ] || options+=(--no-sandbox)     # the browser's sandbox does not work for root
for each; do
    IFS=x- read -r width height colours <<<"$each"
    look "$width" "$height" "$colours"
done

# A link to a file of a commit: that file is in it.
while IFS=/ read -r commit file; do
    git cat-file -e "$commit:$file" 2>/dev/null || { echo "$page: no file $file in commit $commit" >&2; seen[$file]=1; }
done < <(grep -oE "href='https?://[^']*/blob/[0-9a-f]{40}/[^'#]*" "$page" | sed 's|^.*/blob/||' | sort -u)

[ ${#seen[@]} -eq 0 ] || exit 1
echo "check-html: $page: $checks checks hold: $*"
