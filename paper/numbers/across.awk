# numbers/across.awk: in how many experiments, and sets of models, something holds.
# SPDX-License-Identifier: GPL-3.0-or-later

# By the paired, cross-fitted difference: across/oan_above/METHOD, in how many experiments OAN lies above it.
function write_differences(   i, j, n, m, e, above) {
	n = split("tam taylor attnorm entinv layer oan_base", m, " ")
	for (i = 1; i <= roles; i++) {
		e = role[i, "experiment"]
		for (j = 1; is_run(i) && j <= n; j++)
			above[j] += is_above_zero(difference_of(e, "oan", m[j], "cross_fitted_low"))
	}
	for (j = 1; j <= n; j++) set("across/oan_above/" m[j], above[j] + 0)
}

# Over the seeds of fine-tuning: in how many rows of the table of seeds the interval of a score lies above zero.
function write_seeds(   i, j, n, m, e, above, within) {
	n = split("oan taylor", m, " ")
	for (i = 1; i <= pools; i++) {
		e = pooled_one[i]
		for (j = 1; j <= n; j++) {
			above[j] += is_above_zero(pooled_of(e, m[j], "cross_fitted", "low"))
			within[j] += is_above_zero(pooled_of(e, m[j], "within_layer_cross_fitted", "low"))
		}
	}
	set("seeds/sets", pools + 0)
	for (j = 1; j <= n; j++) {
		set("seeds/" m[j] "/above", above[j] + 0)
		set("seeds/" m[j] "/above_within", within[j] + 0)
	}
}

function is_above_zero(low) { return known(low) && low + 0 > 0 }
