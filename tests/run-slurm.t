#!/usr/bin/env bash
# run-slurm.t: what becomes of a job that fails, is lost or writes late, by stand-ins for Slurm's commands: no Slurm is needed.
# (With a real one: tests/slurm.sh.)
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/tap.sh"

# --- the stand-ins: sbatch starts the job at once; scontrol tells the states that file `states` lists, one a call, the last
# again and again, `job` being that of the job itself; scancel leaves a note

mkdir "$tmp/bin" "$tmp/job" "$tmp/model"
cat >"$tmp/bin/sbatch" <<'STUB'
#!/usr/bin/env bash
folder=$(dirname "$0")/..
printf '%s\n' "$@" >"$folder/asked"
[ ! -e "$folder/refuse" ] || { echo 'sbatch: error: Requested node configuration is not available' >&2; exit 1; }
for word; do
    shift
    case $word in
    --output=*) log=${word#*=} ;;
    *slurm-job.sh) break ;;
    esac
done
{
    status=0
    SLURM_JOB_ID=7 SLURM_CPUS_PER_TASK=3 "$word" "$@" >"$log" 2>&1 || status=$?
    if [ -e "$folder/late" ]; then # others see it so many seconds later
        mv "$2.7" "$folder/hidden"
        { sleep "$(cat "$folder/late")"; mv "$folder/hidden" "$2.7"; } &
    fi
    echo $status >"$folder/ended"
} </dev/null >/dev/null 2>&1 &
echo '7;cluster'
STUB
cat >"$tmp/bin/scontrol" <<'STUB'
#!/usr/bin/env bash
cd "$(dirname "$0")/.." || exit
read -r state <states
[ "$(wc -l <states)" -eq 1 ] || sed -i 1d states
case $state in
unreachable) echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2; exit 1 ;;
forgotten) echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1 ;;
job)
    state=RUNNING
    [ ! -e ended ] || { [ "$(cat ended)" -eq 0 ] && state=COMPLETED || state=FAILED; }
    ;;
esac
echo "JobId=7 JobName=x UserId=me(1) JobState=$state Reason=None"
STUB
cat >"$tmp/bin/sacct" <<'STUB'
#!/usr/bin/env bash
cat "$(dirname "$0")/../accounts" 2>/dev/null
STUB
cat >"$tmp/bin/scancel" <<'STUB'
#!/usr/bin/env bash
echo "$@" >"$(dirname "$0")/../cancelled"
STUB
# The program of the shard: writes its first argument where -o says.
cat >"$tmp/forward" <<'STUB'
#!/usr/bin/env bash
echo "threads $5"
case $1 in
fail) echo 'forward: model: is broken' >&2; exit 1 ;;
*) echo "$1" >"$3" ;;
esac
STUB
chmod +x "$tmp"/bin/* "$tmp/forward"
export PATH=$tmp/bin:$PATH SLURM_PROFILE=$tmp/profile
printf '. env/slurm.profile\ncosts=tests/fixtures/costs.tsv\noptions=(--partition=long)\ncpus=3\npatience=2\n' >"$tmp/profile"
cp data/pocket/model/* "$tmp/model"
printf 'shard\tsentences\ttokens\tlongest\n01\t0:20\t100\t9\n02\t20:40\t200\t9\n' >"$tmp/shards.tsv"
out=$tmp/job/01.safetensors

# run WORD STATE...: the job, the states being told one after another.
run() {
    rm -f "$tmp"/{ended,cancelled,asked}
    printf '%s\n' "${@:2}" >"$tmp/states"
    env/run-slurm.sh "$tmp/shards.tsv" "$tmp/forward" "$tmp/model/model.safetensors" -- "$tmp/forward" "$1" -o "$out"
}
# fails_so REGEX NAME WORD STATE...: says so first, exits with 1, leaves nothing.
fails_so() {
    local status=0
    rm -f "$out"*
    run "${@:3}" >"$tmp/output" 2>&1 || status=$?
    is "$2" "$status $(grep -Ec -e "^run-slurm: $out: $1" "$tmp/output")" '1 1'
    is '... leaves nothing' "$(find "$tmp/job" -name '*.safetensors*')" ''
}

# --- a job that is done

ok 'a job' run fine PENDING job
is '... wrote what it was to write' "$(cat "$out")" fine
is '... with as many threads as it has processors' "$(grep -c 'threads 3' "$tmp/job/01.log")" 1
is '... was asked for with processors, memory, time and the options of the profile' \
    "$(grep -Exc -e '--(cpus-per-task=3|mem=[0-9]+M|time=[0-9]+|partition=long|no-requeue)' "$tmp/asked")" 5
# 40 sentences of 7.5 tokens in 2 shards
is '... as predicted' "$(grep -E -e '--(mem|time)=' "$tmp/asked" | paste -sd ' ')" \
    "$("$bin/predict-cost" --stages forward --sentences 40 --cores 2 --tokens 7.5 tests/fixtures/costs.tsv "$tmp/model" \
        -o "$tmp/predicted"; awk -v memory="$(env/cell.sh "$tmp/predicted" memory_mb)" -v seconds="$(env/cell.sh "$tmp/predicted" seconds)" \
        'BEGIN { printf "--mem=%dM --time=%d", 1.5 * memory + 1, 4 * seconds / 60 + 1 }')"
ok 'once more, over what is there' run again job
is '... wrote anew' "$(cat "$out")" again
ok 'a controller that does not answer for a while' run fine unreachable job
echo COMPLETED >"$tmp/accounts"
ok 'a job that the accounts alone know' run fine RUNNING forgotten
rm "$tmp/accounts"
ok 'a job that nobody knows any more, but which wrote' run fine RUNNING forgotten
is 'nothing is left aside' "$(ls "$tmp/job")" "01.log"$'\n'"01.safetensors"

# --- files that are seen late

echo 2 >"$tmp/late"
rm "$out"
ok 'a file that is seen late' run late job
is '... is waited for' "$(cat "$out")" late
echo 6 >"$tmp/late"
fails_so 'job 7: COMPLETED, but what it wrote is not here after 2 seconds; .*/01.log ends:' 'a file that does not come' late job
rm "$tmp/late"
mv "$tmp/model/model.safetensors" "$tmp/model/kept"
(sleep 1; mv "$tmp/model/kept" "$tmp/model/model.safetensors") &
sized=$(stat -c %s "$tmp/model/kept"):$tmp/model/model.safetensors
ok 'a job that sees an input late' env SLURM_JOB_ID=8 env/slurm-job.sh 4 "$out" "$sized" -- "$tmp/forward" fine -o
is '... waited for it' "$(cat "$out.8")" fine
rm "$out.8"
fails_so 'job 7: FAILED; .*/01.log ends:' 'a program that fails' fail job
is '... with the end of its log' "$(grep -c 'forward: model: is broken' "$tmp/output")" 1
status=0
SLURM_JOB_ID=8 env/slurm-job.sh 2 "$out" "1$sized" -- "$tmp/forward" fine -o >"$tmp/output" || status=$?
is 'an input that does not come in its size' \
    "$status $(grep -c 'model.safetensors: is not here with its [0-9]* bytes after 2 seconds' "$tmp/output")" '1 1'

# --- jobs that fail, or are lost

for state in TIMEOUT OUT_OF_MEMORY NODE_FAIL CANCELLED; do
    fails_so "job 7: $state; .*ends:" "$state" fine $state
done
rm -f "$tmp/job/01.log"
echo 'NODE_FAIL' >"$tmp/accounts"
fails_so 'job 7: NODE_FAIL; ' 'as the accounts tell it' fine RUNNING forgotten
: >"$tmp/refuse"
fails_so 'Slurm did not take the job' 'a job that is not taken' fine job
is '... with what sbatch says' "$(grep -c 'node configuration is not available' "$tmp/output")" 1
rm "$tmp/refuse"
mv "$tmp/forward" "$tmp/unknown"
status=0
env/run-slurm.sh "$tmp/shards.tsv" "$tmp/unknown" "$tmp/model/model.safetensors" -- "$tmp/unknown" fine -o "$out" \
    2>"$tmp/output" || status=$?
is 'a program of which no cost is known' "$status $(grep -c 'costs.tsv: has no stage .unknown' "$tmp/output")" '1 1'
mv "$tmp/unknown" "$tmp/forward"

# --- and when make goes

echo RUNNING >"$tmp/states"
env/run-slurm.sh "$tmp/shards.tsv" "$tmp/forward" "$tmp/model/model.safetensors" -- "$tmp/forward" fine -o "$out" 2>"$tmp/output" &
sleep 2
kill -TERM $!
wait $!
is 'ended, it cancels the job' "$(cat "$tmp/cancelled") $(grep -c 'interrupted; job 7 is cancelled' "$tmp/output")" '7 1'
rm -f "$tmp/cancelled"
# shellcheck disable=SC2016
bash -c 'env/run-slurm.sh "$1/shards.tsv" "$1/forward" "$1/model/model.safetensors" -- "$1/forward" fine -o "$2" & sleep 1; exit' \
    - "$tmp" "$out" 2>"$tmp/output"
for ((i = 0; i < 30 && $(grep -c 'make is gone' "$tmp/output") == 0; i++)); do sleep 0.5; done
is 'without make, too' "$(cat "$tmp/cancelled") $(grep -c 'make is gone; job 7 is cancelled' "$tmp/output")" '7 1'

# --- and without a Slurm, the check on a real one does not pass unmade

echo 'command() { false; }' >"$tmp/nothing"
fails 1 '^check-slurm: slurmctld is missing' 'make check-slurm' env BASH_ENV="$tmp/nothing" tests/slurm.sh

finish
