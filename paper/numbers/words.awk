# numbers/words.awk: how numbers are written, and the words that depend on one.
# SPDX-License-Identifier: GPL-3.0-or-later

function set(key, text) { printf "\\setvalue{%s}{%s}\n", key, text }

function as_text(name, x) {
	if (!known(x)) return undefined
	if (x ~ /^[0-9.]+-[0-9.]+$/) { sub(/-/, "--", x); return x } # a range
	if (x !~ /^[-+]?[0-9.]+(e[-+]?[0-9]+)?$/) { x = tex(x); gsub(/,/, ", ", x); return x }
	if (name == "held_out_accuracy") return number(fixed(100 * x, 1))
	if (name ~ /^accuracy|^retention/) return number(fixed(x, 1))
	if (name == "cross_fitted_bound" || name == "reliability") return number(fixed(x, 2))
	if (name ~ /spearman|^ci_|cross_fitted|within_layer/) return number(signed(x))
	if (name == "p") return number(p_value(x))
	return number(x == int(x) ? sprintf("%d", x) : significant(x))
}

# With the digits that it was published with.
function as_published(name, x) { return known(x) && x + 0 == x && name !~ /spearman/ ? number(x) : as_text(name, x) }

# By the interval.
function strength(r, low, high) {
	if (!known(r) || !known(low) || !known(high)) return "not defined"
	if (low <= 0 && high >= 0) return low >= -0.2 && high <= 0.2 ? "near zero" : "not told from zero"
	return (low >= 0.4 || high <= -0.4 ? "strongly " : "") (r > 0 ? "positive" : "inverted")
}

function significance(p) { return !known(p) ? "$p$ not defined" : p < 0.001 ? "$p < 0.001$" : "$p = " p_value(p) "$" }

function place(x, low, high, below, inside, above) {
	if (!known(x) || !known(low) || !known(high)) return "cannot be compared with"
	return x < low ? below : x > high ? above : inside
}

# item[1 .. n] as "a, b and c".
function listed(item, n,   i, text) {
	for (i = 1; i <= n; i++) text = text (i == 1 ? "" : i < n ? ", " : " and ") item[i]
	return n ? text : "none"
}
