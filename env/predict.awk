# predict.awk: from what a shard takes, as data/costs.tsv tells, the memory and time that its job asks for.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -v program=ablate -v tokens=N -v processors=N -v model=BYTES -v inputs=BYTES -v time_factor=X -v memory_factor=X
#            -f env/predict.awk data/costs.tsv MODEL/config.json
# Out: --mem=…M --time=MINUTES, options of sbatch.

FNR == NR { if (!/^#/) value[$1] = $2; next }
{ gsub(/[",:]/, "") }
$1 ~ /^(num_hidden_layers|n_layers)$/ { layers = $2 }
$1 ~ /^(num_attention_heads|n_heads)$/ { heads = $2 }

END {
	passes = value[program ".passes"] + value[program ".passes_per_head"] * layers * heads
	if (!(passes > 0 && layers * heads > 0)) {
		printf "predict.awk: costs.tsv has nothing about %s, or config.json no layers\n", program > "/dev/stderr"
		exit 1
	}
	seconds = value["seconds"] + passes * tokens * 2 * (model / 4) / (value["operations_per_second"] * processors)
	# the weights, and copies for the products; of further inputs, all are read at once
	bytes = value["bytes"] + value["bytes_per_token"] * tokens + 2 * inputs
	printf "--mem=%dM --time=%d\n", bytes * memory_factor / 1e6 + 1, seconds * time_factor / 60 + 1
}
