#!/usr/bin/env bash
# checks.t: a sound web page passes the checks of `make check-html`; each check sees its fault, and no other check does.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/../tap.sh"

# A check that was asked for does not pass unmade.
echo 'command() { false; }' >"$tmp/nothing"
fails 1 '^check-html: a browser is missing' 'without a browser' env BASH_ENV="$tmp/nothing" tests/html/check.sh page work
if ! command -v chromium chromium-browser google-chrome >/dev/null; then
    skip 'web pages' 'there is no browser'
    finish
fi

# ---- a page with one of each, and what LaTeX and make say of it ----

page=$tmp/out/index.html work=$tmp/paper
mkdir -p "$tmp/out" "$work/latex"
cp paper/html/page.css "$tmp/out/"
echo '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>' >"$tmp/out/square.svg"
cat >"$page" <<'END'
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A page</title>
<link rel="stylesheet" href="page.css">
</head>
<body>
<header><h1>A page</h1></header>
<nav><ol><li><a href="#one">1 Section</a></li></ol></nav>
<main>
<h2 id="one">1 Section</h2>
<p>A formula, <math><mi>r</mi></math>, <code>code</code> and <a href="https://example.org/">a link</a>.</p>
<figure class="figure"><figcaption>Figure 1: A drawing.</figcaption><img src="square.svg" alt="A square.">
<aside class="provenance"><p><a href="#made:square.gp">square.gp</a></p><p>export</p></aside></figure>
<figure class="table"><figcaption>Table 1: A table.</figcaption><div class="scroll"><table>
<tr><th>Head</th><th>r</th></tr>
<tr><td>1</td><td>0.5</td></tr>
<tr><td colspan="2">none besides</td></tr>
</table></div>
<aside class="provenance"><p><a href="#made:heads.awk">heads.awk</a></p><p>export</p></aside></figure>
<figure class="listing"><figcaption>Listing 1: A program.</figcaption><pre>puts("what??\n");</pre></figure>
<table>
<tr><th>Script</th></tr>
<tr><td><a id="made:square.gp"></a>square.gp</td></tr>
<tr><td><a id="made:heads.awk"></a>heads.awk</td></tr>
</table>
</main>
</body>
</html>
END
printf '\\@writefile{%s}{\\contentsline {}{}{}{}}\n' lof lot lol >"$work/latex/paper.aux"
printf 'INPUT %s\n' paper.tex build/one/square.tex ./build/one/square.tex "$work/heads.tex" >"$work/latex/paper.fls"
printf '%s\t%s\n' made script heads heads.awk build/one/square square.gp build/one/other other.gp \
    >"$work/provenance.tsv"

ok 'a sound page passes, on a phone and on a desk, light and dark' tests/html/check.sh "$page" "$work"

# ---- the same page with a fault ----

cp -r "$tmp/out" "$tmp/sound"

# broken NAME SED REGEX [LOOK]: after this change the page fails, for this one reason.
broken() {
    rm -rf "$tmp/out"
    cp -r "$tmp/sound" "$tmp/out"
    sed -i -E "$2" "$page"
    ! cmp -s "$page" "$tmp/sound/index.html" || diagnose <<<"no change: $2"
    fails 1 "$3" "$1" tests/html/check.sh "$page" "$work" "${4:-1280x900-light}"
}

wide='<p style="width: 500px; background: red">wide</p>'
broken 'wider than a phone' "s|<main>|&$wide|" 'nothing is wider than the window: 5.. px: <p> ' 390x844-light
broken 'a drawing that is not there' 's|square.svg|round.svg|' 'every drawing is there.*: round.svg does not load$'
broken 'a drawing without words' \
    's|alt="A square."|alt=""|' 'every drawing is there, and said in words: square.svg has no alt$'
broken 'an anchor that is not there' 's|<h2 id="one"|<h2|' 'every link leads somewhere: #one$'
broken 'a link without address' 's|<a href="https://example.org/"|<a|' 'every link leads somewhere: no address: a link$'
broken 'an address that is a local file' \
    's|https://example.org/|file:///tmp|' 'every link leads somewhere: file:'
broken 'a section that the contents lack' \
    's|<p>A|<h3>1.1 Another</h3>&|' 'the contents list every section: 1.1 Another$'
broken 'a table without headings' \
    's|<th>(Head)</th><th>r</th>|<td>\1</td><td>r</td>|' 'every table has headings, .*: no heading: Table 1: A table.$'
broken 'rows of unequal lengths' \
    's|<td>0.5</td>||' 'every table has .* rows of the same length.*: rows of 2, 1 columns: Table 1'
broken 'an empty row' \
    's|<td colspan="2">none besides|<td colspan="2">|' 'every table has .* none empty: an empty row: Table 1'
broken 'a table too few' 's|class="table"|class=""|' 'as many as in the LaTeX source: 0 tables, 1 expected$'
broken 'a listing too many' 's|</main>|<figure class="listing"><pre></pre></figure>&|' 'source: 2 listings, 1 expected$'
broken 'provenance that is not there' \
    's|<aside.*heads.awk.*aside>||' 'beside each .*: square.gp; expected: square.gp heads.awk$'
broken 'provenance without its row in the appendix' \
    's|</a>square.gp|</a>round.gp|' 'beside each .*: square.gp has no row in the appendix$'
broken 'provenance that cannot be seen' \
    's|<aside class="provenance"(.*square)|<aside class="provenance" style="left: -200%"\1|' \
    'beside each .*: square.gp is beyond'
broken 'a reference that was not found' 's|a link|section ??|' 'nothing is left .*: section \?\?$'
broken 'a citation that was not found' 's|a link|[?]|' 'nothing is left .*: \[\?\]$'
broken 'a macro of TeX' 's|a link|\\emph|' 'nothing is left .*: .emph$'
broken 'a minus that is a hyphen' 's|a link|-0.5|' 'nothing is left .*: -0.5$'
broken 'a number as a program writes it' 's|a link|5.4e-05|' 'nothing is left .*: 5.4e-05$'
broken 'a formula that is empty' 's|<mi>r</mi>||' 'every formula is drawn: '
broken 'no doctype' 's|<!DOCTYPE html>||' 'the page says that it is HTML.*: no doctype$'
broken 'no language' 's| lang="en"||' 'the page says .* its language.*: no lang$'
broken 'no title' 's|A page</title|</title|' 'the page says .*, its title .*: no title$'
broken 'no phone' 's|name="viewport"||' 'the page says .* fits a phone: no viewport$'
broken 'a script of another site' \
    's|</head>|<script src="https://example.org/x.js"></script>&|' 'nothing from the network: https:'
broken 'a style sheet that is not there' 's|page.css|pages.css|' 'every style sheet is there: pages.css$'
broken 'faint text in the dark' \
    's|</head>|<style>figcaption { color: #555 }</style>&|' 'stands out .*: figcaption: ' 390x844-dark
broken 'a window that lies' \
    's|</head>|<script>Object.defineProperty(window, "innerWidth", { value: 1281 })</script>&|' 'as asked for: 1281 px$'
broken 'a link to a file that its commit lacks' \
    "s|href=\"https://example.org/\"|href='https://example.org/blob/$(git rev-parse HEAD)/none'|" \
    ': no file none in commit '

finish
