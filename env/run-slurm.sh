#!/usr/bin/env bash
# run-slurm.sh: a shard's command as a job of Slurm: submitted, waited for, and done or failed as the job is.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: env/run-slurm.sh SHARDS.tsv INPUT... -- COMMAND... -o OUT       (shards.mk calls it)
#
# GNU make decides what can run, Slurm where. What a job asks for: env/slurm.profile, or $SLURM_PROFILE. The job writes aside,
# OUT.JOB; only here, when the job is COMPLETED, is that renamed: one that was lost, and may still run somewhere, never
# touches OUT. On a shared filesystem files may be seen late: the job waits for its inputs, this for what the job wrote.
# A job that fails, is cancelled, runs out of time or memory, or loses its node is named with its log's end, OUT.log; exit 1,
# and another make tries again. When make ends or is killed, its jobs are cancelled.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=env/slurm.profile
. "${SLURM_PROFILE:-$here/slurm.profile}"

shards=$1
shift
inputs=()
while [ "$1" != -- ]; do inputs+=("$1") && shift; done
shift
out=${*: -1}
command=("${@:1:$#-1}")
log=${out%.*}.log
name=${out%.*}
name=${name#build/}
job=

say() { printf 'run-slurm: %s: %s\n' "$out" "$1" >&2; }

# --- what the job needs, and waits for on its machine: paths with their sizes

sized=()
model=
for input in "${inputs[@]}"; do
    sized+=("$(stat -L -c %s "$input"):$input")
    case $input in */model.safetensors) model=$(dirname "$input") ;; esac
done
needs=$(request "$(basename "${command[0]}")" "$model" "$shards")
read -ra needs <<<"$needs"

# --- the job

cancel() {
    trap - EXIT INT TERM HUP
    if [ -n "$job" ]; then
        scancel "$job" || true
        rm -f "$out.$job"
    fi
    say "${1:-interrupted}${job:+; job $job is cancelled}"
    exit 1
}
trap cancel INT TERM HUP

rm -f "$log"
job=$(sbatch --parsable --job-name="$name" --output="$log" --no-requeue --cpus-per-task="$cpus" "${needs[@]}" \
    ${options[@]+"${options[@]}"} "$here/slurm-job.sh" "$patience" "$out" "${sized[@]}" -- "${command[@]}") ||
    { say 'Slurm did not take the job'; exit 1; }
job=${job%%;*} # JOB;CLUSTER

# The job's state: of the controller, or of the accounts, if it has forgotten; empty while neither can be asked.
job_state() {
    local answer
    if answer=$(scontrol --oneliner show job "$job" 2>&1); then
        answer=${answer#*JobState=}
        echo "${answer%% *}"
    elif [[ $answer == *'Invalid job id'* ]]; then
        answer=$(sacct --noheader --allocations --parsable2 --format=State --jobs="$job" 2>/dev/null | head -n 1) || true
        echo "${answer%% *}" | grep . || echo FORGOTTEN
    fi
}

# --- to its end

pause=1
while :; do
    sleep "$pause" & wait $! # so that signals are heeded at once
    kill -0 "$PPID" 2>/dev/null || cancel 'make is gone'
    state=$(job_state)
    case $state in
    PENDING | RUNNING | CONFIGURING | COMPLETING | SUSPENDED | STOPPED | SIGNALING | RESIZING | STAGE_OUT | REQUEUED) ;;
    '') say "Slurm does not answer about job $job; still waiting" ;;
    *) break ;;
    esac
    [ "$pause" -ge 15 ] || pause=$((pause + 1))
done

# What the job wrote is here, as large as it says at its log's end.
arrived() {
    local size
    ls "${out%/*}" >/dev/null # some filesystems look only when asked to
    size=$(sed -n '$s/^wrote \([0-9]*\) bytes$/\1/p' "$log" 2>/dev/null) && [ -n "$size" ] &&
        [ "$(stat -c %s "$out.$job" 2>/dev/null)" = "$size" ]
}

reason="job $job: $state"
if [ "$state" = COMPLETED ] || [ "$state" = FORGOTTEN ]; then
    for ((waited = 0; waited <= patience; waited++)); do
        if arrived; then
            mv "$out.$job" "$out"
            exit 0
        fi
        sleep 1 & wait $!
    done
    reason+=", but what it wrote is not here after $patience seconds"
fi
rm -f "$out.$job"
if [ -s "$log" ]; then
    say "$reason; $log ends:"
    tail -n 10 "$log" >&2
else
    say "$reason; it left no log"
fi
exit 1
