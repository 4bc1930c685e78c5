#!/usr/bin/env bash
# slurm.sh: a sharded study on a Slurm of its own, one controller and three node daemons on this machine: the results are those
# of this machine alone, though a node is lost in the midst of it. `make check-slurm`.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Needs slurmctld, slurmd and munged, not root. Everything is in a folder of its own, and is ended at the end.
for needed in slurmctld slurmd munged; do
    PATH=$PATH:/usr/sbin:/sbin
    command -v $needed >/dev/null || {
        echo "check-slurm: $needed is missing (on Debian: apt-get install slurm-wlm munge)" >&2
        exit 1
    }
done
. "$(dirname "$0")/tap.sh"
trap 'stop_cluster; rm -rf "$tmp"' EXIT

# --- the cluster

host=$(hostname -s) user=$(id -un) port=$((20000 + $$ % 10000))
cluster=$tmp/cluster
export SLURM_CONF=$cluster/slurm.conf
unset "${!SLURM_JOB@}" "${!SBATCH_@}"

start_cluster() {
    mkdir -p "$cluster/state" "$cluster"/spool/n{1,2,3}
    mkdir -m 700 "$cluster/munge"
    dd if=/dev/urandom of="$cluster/munge/key" bs=1024 count=1 2>/dev/null
    chmod 400 "$cluster/munge/key"
    munged --force --socket="$cluster/munge/socket" --key-file="$cluster/munge/key" --pid-file="$cluster/munge/pid" \
        --log-file="$cluster/munge/log" --seed-file="$cluster/munge/seed" || return
    cat >"$SLURM_CONF" <<CONF
ClusterName=check
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$cluster/munge/socket
StateSaveLocation=$cluster/state
SlurmctldPidFile=$cluster/controller.pid
SlurmctldLogFile=$cluster/controller.log
SlurmdSpoolDir=$cluster/spool/%n
SlurmdPidFile=$cluster/%n.pid
SlurmdLogFile=$cluster/%n.log
SlurmdTimeout=5
ReturnToService=2
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
NodeName=n[1-3] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 3))] CPUs=2 RealMemory=4000
PartitionName=all Nodes=ALL Default=YES MaxTime=60 State=UP
CONF
    slurmctld -c || return
    for node in n1 n2 n3; do slurmd -N "$node" || return; done
    for ((i = 0; i < 30; i++)); do
        [ "$(sinfo -h -N -o %T | grep -c idle)" -eq 3 ] && return
        sleep 1
    done
    return 1
}
stop_cluster() {
    local pid left i
    [ ! -e "$cluster/controller.pid" ] || scancel --user="$user" 2>/dev/null
    for pid in "$cluster"/n?.pid "$cluster/controller.pid" "$cluster/munge/pid"; do
        [ ! -s "$pid" ] || kill "$(cat "$pid")" 2>/dev/null
    done
    sleep 2 # so that none writes into the folder while it is removed
    # steps of the node that is lost, which its daemon cannot end any more; what is killed is gone a little later
    for ((i = 0; i < 20; i++)); do
        mapfile -t left < <(of_cluster)
        [ ${#left[@]} -gt 0 ] || return 0
        kill -9 "${left[@]}" 2>/dev/null
        sleep 0.5
    done
}
# What was started with the cluster's configuration and goes on.
of_cluster() {
    local process words
    for process in /proc/[0-9]*; do
        words=() # also of what may not be read
        mapfile -d '' -t words <"$process/environ"
        [[ " ${words[*]} " != *" SLURM_CONF=$SLURM_CONF "* ]] || echo "${process#/proc/}"
    done 2>/dev/null
}
ok 'a controller and three node daemons' start_cluster || { finish; exit 1; }

# --- the study

make_tree "$tmp/tree"
in_tree=(env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$tree" --no-print-directory)
pocket=$tree/build/pocket

printf '%s\n' '. env/slurm.profile' 'cpus=1' 'patience=10' >"$tmp/profile"
export SLURM_PROFILE=$tmp/profile

# Jobs of ablate begin late on n2, until that is lost: what every bash reads first.
cat >"$tmp/slow" <<SLOW
[[ \${SLURMD_NODENAME-}\${SLURM_JOB_NAME-} != n2*/ablation/* ]] || [ -e '$tmp/lost' ] || { echo 'begins late'; sleep 60; }
SLOW
export BASH_ENV=$tmp/slow

"${in_tree[@]}" -j 6 -k run-pocket SHARDS=6 RUN=slurm >"$tmp/first" 2>&1 &
study=$!
lost=
while [ -z "$lost" ] && kill -0 $study 2>/dev/null; do
    lost=$(squeue -h -t RUNNING -w n2 -o '%A %j' | awk '/ablation/ { print $1; exit }')
    sleep 0.5
done
ok 'a job of the study runs on the second node' test -n "$lost"
name=$(squeue -h -j "$lost" -o %j)
kill -9 "$(cat "$cluster/n2.pid")"
rm "$cluster/n2.pid"
: >"$tmp/lost"
status=0
wait $study || status=$?
is 'when that node is lost, make fails' $status 2
is '... names the job, its state and its log' \
    "$(grep -Ec "^run-slurm: build/$name.safetensors: job $lost: NODE_FAIL; build/$name.log ends:" "$tmp/first")" 1
is '... has no half file of it' "$(find "$tree/build/${name%/*}" -name "${name##*/}.safetensors*" | wc -l)" 0
done_before=$(find "$pocket/shards-6" -name '*.safetensors' -printf '%p %T@\n' | sort)
ok '... but has other shards' test "$(wc -l <<<"$done_before")" -gt 12

ok 'make again' "${in_tree[@]}" -j 6 run-pocket SHARDS=6 RUN=slurm
is '... does none of them twice' "$(find "$pocket/shards-6" -name '*.safetensors' -printf '%p %T@\n' | sort |
    grep -cxFf <(printf '%s\n' "$done_before"))" "$(wc -l <<<"$done_before")"
is '... on the nodes that are left' "$(grep -ho 'on n[0-9]*' "$pocket"/shards-6/retention/*.log | sort -u | grep -c n2)" 0
for file in forward scores gradients ablation retention; do
    ok "$file is what this machine alone computes" "$bin/compare" --tolerances data/tolerances.tsv \
        "$pocket/$file.safetensors" "build/pocket/$file.safetensors"
done
ok 'so are the tables' "$bin/compare" --atol 1e-6 --rtol 1e-6 "$pocket/heads.tsv" build/pocket/heads.tsv

# --- what else goes wrong

rm -r "$pocket/shards-6" "$pocket/forward.safetensors"
echo 'request() { echo --mem=90000M --time=5; }' >>"$tmp/profile"
"${in_tree[@]}" build/pocket/forward.safetensors SHARDS=2 RUN=slurm >"$tmp/output" 2>&1
is 'a job too large for any node is refused' "$(grep -c 'run-slurm: .*Slurm did not take the job' "$tmp/output")" 1

echo 'request() { echo --mem=100M --time=5 --begin=now+100; }' >>"$tmp/profile"
"${in_tree[@]}" -j 2 build/pocket/forward.safetensors SHARDS=2 RUN=slurm >"$tmp/output" 2>&1 &
study=$!
for ((i = 0; i < 60; i++)); do [ "$(squeue -h | wc -l)" -lt 2 ] || break; sleep 0.5; done
is 'two jobs wait' "$(squeue -h -t PENDING | wc -l)" 2
kill -TERM $study
wait $study
sleep 3
is '... and are cancelled when make is ended' "$(squeue -h | wc -l)" 0

stop_cluster
is 'nothing of the cluster goes on' "$(of_cluster)" ''
finish
