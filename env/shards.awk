# shards.awk: cuts sentences into shards of about as many tokens.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: inspect --tensor offsets TOKENS | awk -v shards='01 02 …' -f env/shards.awk
# Out: a row a shard: shard, sentences (A:B), tokens, longest (tokens of its longest sentence). Each has a sentence at least.

BEGIN { OFS = "\t" }
$1 ~ /^[0-9]+$/ { offset[count++] = $2 }
END {
	sentences = count - 1
	n = split(shards, name, " ")
	if (n > sentences) {
		printf "shards.awk: SHARDS=%d is more than the %d sentences\n", n, sentences > "/dev/stderr"
		exit 1
	}
	print "shard", "sentences", "tokens", "longest"
	end = 0
	for (i = 1; i <= n; i++) {
		first = end; longest = 0
		# to the sentence that ends nearest to the shard's share, but leaving one for each that follows
		share = offset[sentences] * i / n
		do {
			tokens = offset[end + 1] - offset[end]
			if (tokens > longest) longest = tokens
			end++
		} while (end < sentences - (n - i) && (i == n || offset[end + 1] + offset[end] < 2 * share))
		print name[i], first ":" end, offset[end] - offset[first], longest
	}
}
