# slurm.profile: what a shard's job asks of the cluster; env/run-slurm.sh reads it (bash). Adapt it to yours, or keep your own
# and name it: SLURM_PROFILE=path make … RUN=slurm
# shellcheck shell=bash disable=SC2034 # names for run-slurm.sh
# SPDX-License-Identifier: GPL-3.0-or-later

# Further options of sbatch: --partition=…, --account=…, --constraint=…
options=()

# Processors for a job; each program uses as many threads.
cpus=2

# Seconds until a file is seen on another machine, at most.
patience=120

# What a start and a sentence of each stage cost: measured with `make bench-costs`, best on one of the cluster's machines.
costs=results/bench-costs.tsv

# What is asked for is this many times what is predicted for one processor: shards differ, and so do options; each class
# beyond two, for one, adds a backward pass to the gradients.
time_factor=4
memory_factor=1.5

# request PROGRAM MODEL SHARDS.tsv: the options for memory and time of a shard, of which each has about as many tokens;
# build/bin/predict-cost predicts.
request() {
    local stage=$1 model=$2 shards=$3 sentences count tokens predicted memory seconds
    [ "$stage" != attribute ] || stage+=' --drop' # the costlier one was measured
    read -r sentences count tokens < <(awk 'NR > 1 { split($2, part, ":"); all += $3 }
        END { print part[2], NR - 1, all / part[2] }' "$shards")
    predicted=$(mktemp)
    build/bin/predict-cost --stages "$stage" --sentences "$sentences" --cores "$count" --tokens "$tokens" "$costs" "$model" \
        -o "$predicted" && memory=$(env/cell.sh "$predicted" memory_mb) && seconds=$(env/cell.sh "$predicted" seconds) &&
        awk "BEGIN { printf \"--mem=%dM --time=%d\n\", $memory * $memory_factor + 1, $seconds * $time_factor / 60 + 1 }"
    local status=$?
    rm -f "$predicted"
    return $status
}
