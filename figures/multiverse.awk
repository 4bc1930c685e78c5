# multiverse.awk: what figures/multiverse.gp draws: the specification curve of every method and, choice by choice, where
# its specifications lie.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v repeats=EXPERIMENT $(TSV) -f specifications.awk -f multiverse.awk published.tsv multiverse.tsv > figure.tsv
# part: curve, a specification: y its share of the way up, low, r, high; choice: y counts down from the curve, low and
# high the least and largest, lower and upper the quartiles, r the median; published: r; label, heading: y and the key of a text.
# reliable: 0 where the truth is too unreliable to tell anything.

BEGIN {
	program = "multiverse.awk"; OFS = "\t"
	# the choices' levels, by dimension, in the order of the figure
	levels["form"] = "primary another"
	levels["tokens"] = "all first inner"
	levels["target"] = "none loss predicted margin"
	levels["temperature"] = "1 2 4 16 inf"
	levels["truth"] = truth_names
	levels["level"] = "all within_layer partial_layer"
	levels["estimate"] = "same cross_fitted"
}

function write(part, m, y, low, lower, r, upper, high, reliable, text) { print part, m, y, low, lower, r, upper, high, reliable, text }

# The form of a method's primary definition is `primary`, every other `another`.
function simplify_forms(m,   i, primary) {
	for (i = 1; i <= specifications[experiment, m]; i++)
		if (spec_of(experiment, m, i, "column") == m) primary = spec_of(experiment, m, i, "form")
	for (i = 1; i <= specifications[experiment, m]; i++)
		specification[experiment, m, i, "form"] = spec_of(experiment, m, i, "form") == primary ? "primary" : "another"
}

function write_curve(m, sorted, n,   i) {
	for (i = 1; i <= n; i++)
		write("curve", m, n > 1 ? (i - 1) / (n - 1) : 0.5, spec_of(experiment, m, sorted[i], "low"), "NA", spec_of(experiment, m, sorted[i], "r"),
			"NA", spec_of(experiment, m, sorted[i], "high"), is_reliable(experiment, m, sorted[i]), "")
}

# Of what is reliable; if nothing is, of the rest.
function write_choice(m, sorted, n, d, level, y,   values, kept, reliable) {
	reliable = 1
	kept = choose(experiment, m, sorted, n, d, level, 1, values)
	if (!kept) { reliable = 0; kept = choose(experiment, m, sorted, n, d, level, 0, values) }
	if (kept) write("choice", m, y, values[1], quantile(values, kept, 0.25), quantile(values, kept, 0.5),
		quantile(values, kept, 0.75), values[kept], reliable, "")
}

function is_there(d, level,   k, i) {
	for (k = 1; k <= of_series; k++)
		for (i = 1; i <= specifications[experiment, series_method[k]]; i++)
			if (spec_of(experiment, series_method[k], i, d) == level) return 1
	return 0
}

END {
	write("part", "method", "y", "low", "lower", "r", "upper", "high", "reliable", "text")
	for (k = 1; k <= of_series; k++) {
		simplify_forms(series_method[k])
		n_of[k] = sort_specifications(experiment, series_method[k], sorted)
		for (i = 1; i <= n_of[k]; i++) order[k, i] = sorted[i]
		write_curve(series_method[k], sorted, n_of[k])
		old = published_of(repeats, series_method[k], "spearman")
		if (known(old)) write("published", series_method[k], "NA", "NA", "NA", old, "NA", "NA", 1, "")
	}
	y = 0
	for (g = 1; g <= dimensions; g++) {
		write("heading", "NA", ++y, "NA", "NA", "NA", "NA", "NA", 1, "choice/" dimension[g])
		n = split(levels[dimension[g]], level, " ")
		for (l = 1; l <= n; l++) if (is_there(dimension[g], level[l])) {
			write("label", "NA", ++y, "NA", "NA", "NA", "NA", "NA", 1, "chosen/" dimension[g] "/" level[l])
			for (k = 1; k <= of_series; k++) {
				split("", sorted)
				for (i = 1; i <= n_of[k]; i++) sorted[i] = order[k, i]
				write_choice(series_method[k], sorted, n_of[k], dimension[g], level[l], y)
			}
		}
		y += 0.35
	}
}
