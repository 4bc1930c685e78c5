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

# What is asked for is this many times what is predicted.
time_factor=4
memory_factor=1.5

# request PROGRAM TOKENS MODEL INPUT...: the options for memory and time of a shard with so many tokens, which reads the files.
# env/predict.awk predicts from data/costs.tsv.
request() {
    local program=$1 tokens=$2 model=$3
    shift 3
    awk -v program="$program" -v tokens="$tokens" -v processors="$cpus" -v model="$(stat -L -c %s "$model/model.safetensors")" \
        -v inputs="$(stat -L -c %s "$@" | awk '{ sum += $1 } END { print sum }')" \
        -v time_factor="$time_factor" -v memory_factor="$memory_factor" -f env/predict.awk data/costs.tsv "$model/config.json"
}
