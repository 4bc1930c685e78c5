#!/usr/bin/env bash
# columns.t: what reads a table by the names of its columns, awk or gnuplot, refuses one that lacks a column.
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

# needs COLUMN TABLE OPTIONS...: awk with these options reads the table, and not one where the column has another name.
needs() {
    local column=$1 table=$2
    shift 2
    ok "awk $* reads ${table##*/}" awk -f paper/columns.awk "$@" "$table"
    sed "1s/\b$column\b/another/" "$table" >"$tmp/${table##*/}"
    fails 1 "^[a-z]+.awk: .*/${table##*/}: has no column '$column'$" "... which needs $column" \
        awk -f paper/columns.awk "$@" "$tmp/${table##*/}"
}

mkdir "$tmp/made"
made() { printf '%s\n' "${@:2}" | tr ' ' '\t' >"$tmp/made/$1"; }
made agreement.tsv 'first second method spearman' 'a b oan 0.5'
made small.tsv 'stage sentences cores seconds memory_mb disk_mb' 'forward 80 1 2 3 4'
made provenance.tsv 'made script tables_by programs inputs' 'figures/x figures/x.gp export export none'

needs ablation build/pocket/heads.tsv -f figures/models.awk
needs oan build/pocket/heads.tsv -v figure=scatter -f figures/points.awk
needs cross_fitted build/pocket/retention.tsv -v figure=retention -f figures/points.awk
needs second "$tmp/made/agreement.tsv" -f figures/agreement.awk
needs reading results/boundary/minilm/four-s1/snapshots.tsv -f figures/convergence.awk data/boundary/rule.tsv
needs method build/pocket/methods.tsv -v side=table -f paper/said.awk
needs memory_mb "$tmp/made/small.tsv" -v table=predicted -f paper/tex.awk -f paper/tables/costs.awk
needs script "$tmp/made/provenance.tsv" -f paper/tex.awk -f paper/appendix.awk
needs value results/bench.tsv -f paper/tex.awk -f paper/appendix.awk
needs layer_p build/pocket/methods.tsv -f paper/tsv.awk -f paper/tex.awk -f paper/tables/layers.awk

# cell.sh by the names alone, wherever the columns stand
made turned.tsv 'tokens sentences shard' '7 0:3 1' '8 3:5 2'
is 'a cell of the first row' "$(env/cell.sh "$tmp/made/turned.tsv" tokens)" 7
is '... of the row with a key' "$(env/cell.sh "$tmp/made/turned.tsv" sentences shard=2)" 3:5
is '... with several, one by its place' "$(env/cell.sh "$tmp/made/turned.tsv" shard tokens=8 2=3:5)" 2
is '... of none' "$(env/cell.sh "$tmp/made/turned.tsv" shard tokens=8 2=0:3)" ''
fails 1 "^cell.sh: .*/turned.tsv: has no column 'seconds'$" 'a cell of a column that there is not' \
    env/cell.sh "$tmp/made/turned.tsv" seconds
fails 1 "has no column 'stage'$" '... by such a key' env/cell.sh "$tmp/made/turned.tsv" tokens stage=ablate

# gnuplot alone would draw what is left.
for figure in scatter:oan:heads heatmap:head:heads retention:cross_fitted:retention retention:accuracy_low:retention; do
    IFS=: read -r figure column table <<<"$figure"
    sed "1s/\b$column\b/another/" "build/pocket/$table.tsv" >"$tmp/$table.tsv"
    fails 1 "/$table.tsv: has no column '$column'$" "figures/$figure.gp needs $column" \
        gnuplot -c "figures/$figure.gp" "$tmp/$table.tsv" "$tmp/figure.tex"
done

finish
