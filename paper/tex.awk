# tex.awk: numbers as siunitx reads them, and names, as TeX.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Given after columns.awk with -f. undefined: what stands where a number is not known.

BEGIN { undefined = "n/a" }

function fixed(x, digits) { return known(x) ? unsigned_zero(sprintf("%." digits "f", x)) : undefined }
function signed(x) { return known(x) ? unsigned_zero(sprintf("%+.2f", x)) : undefined }
function unsigned_zero(s) { if (s + 0 == 0) sub(/^[-+]/, "", s); return s }
function significant(x,   s) {
	s = sprintf("%.3g", x)
	sub(/e-0/, "e-", s); sub(/e\+0?/, "e", s)
	return s
}
# A p-value is bounded where it gets small: it comes from finitely many permutations.
function p_value(p) { return !known(p) ? undefined : p < 0.001 ? "< 0.001" : fixed(p, p < 0.1 ? 3 : 2) }
function interval(low, high) {
	return known(low) && known(high) ? "[" number(signed(low)) ", " number(signed(high)) "]" : undefined
}
# Without its leading zero, for narrow columns.
function short(x,   s) { s = signed(x); sub(/0\./, ".", s); return known(x) ? "$" s "$" : undefined }
# An interval of such numbers, small.
function narrow(low, high) {
	return known(low) && known(high) ? "{\\scriptsize[" short(low) ", " short(high) "]}" : undefined
}
# The same without the plus signs.
function shorter(x,   s) { s = short(x); sub(/\+/, "", s); return s }
function narrower(low, high) {
	return known(low) && known(high) ? "{\\scriptsize[" shorter(low) ", " shorter(high) "]}" : undefined
}
# Intervals of percentages, whole or to a tenth, small.
function narrow_whole(low, high) {
	return known(low) && known(high) ? "{\\scriptsize[" fixed(low, 0) ", " fixed(high, 0) "]}" : undefined
}
function signed_tenth(x) { return known(x) ? unsigned_zero(sprintf("%+.1f", x)) : undefined }
function narrow_tenth(low, high) {
	return known(low) && known(high) ? "{\\scriptsize[$" signed_tenth(low) "$, $" signed_tenth(high) "$]}" : undefined
}
# A mark for what lies above, or below, by its interval.
function sign_of(where) { return where == "above" ? "\\rlap{$^{+}$}" : where == "below" ? "\\rlap{$^{-}$}" : "" }
# A method, or a control, above a narrow column.
function short_name(m) { return m == "gradmag" ? "gradient" : m == "actmag" ? "activation" : m == "oan_base" ? "untuned" : m == "layer" ? m : "\\name{" m "}" }
function number(s) { return s ~ /[0-9]/ ? "\\num{" s "}" : s }
function tex(s) { gsub(/[_%&#$]/, "\\\\&", s); return s }
# What is measured against an unreliable truth stands in parentheses.
function doubtful(text, reliability) { return known(reliability) && reliability < 0.5 ? "(" text ")" : text }
