#!/usr/bin/env bash
# slurm-job.sh: a shard's command on the machine that Slurm has chosen for it.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: sbatch … env/slurm-job.sh PATIENCE OUT SIZE:INPUT... -- COMMAND... -o       (env/run-slurm.sh submits it)
#
# Waits until the inputs are seen here in their sizes, at most PATIENCE seconds; writes OUT.JOB and, last of all, its size.
set -euo pipefail
patience=$1 out=$2
shift 2
echo "job $SLURM_JOB_ID on ${SLURMD_NODENAME:-$HOSTNAME}"

while [ "$1" != -- ]; do
    size=${1%%:*} input=${1#*:}
    shift
    until [ "$(stat -L -c %s "$input" 2>/dev/null)" = "$size" ]; do
        [ "$SECONDS" -lt "$patience" ] || { echo "$input: is not here with its $size bytes after $patience seconds"; exit 1; }
        sleep 1
        ls "${input%/*}" >/dev/null 2>&1 || true # some filesystems look only when asked to
    done
done
shift

"$@" "$out.$SLURM_JOB_ID" --threads "${SLURM_CPUS_PER_TASK:-1}"
echo "wrote $(stat -c %s "$out.$SLURM_JOB_ID") bytes"
