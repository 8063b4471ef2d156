#!/usr/bin/env bash
# A sweep on a real Slurm with two nodes, all on this machine: the rows must be the same bytes on one thread, on two
# threads, as a job array, after a lost node, and after a restart of the controller.
#
# Needs root and the Debian packages slurmctld, slurmd, slurm-client and munge; the program and its tests need none of
# them. Daemons listen on the loopback interface only and are stopped by their process ids, whatever happens.
#
#   cargo build --release && tests/slurm/run.sh
set -euo pipefail
project=$(cd "$(dirname "$0")/../.." && pwd)
harmattan=${HARMATTAN:-${CARGO_TARGET_DIR:-$project/target}/release/harmattan}
shards=${SHARDS:-8}

for tool in munged slurmctld slurmd sbatch sinfo squeue scontrol; do
    command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: the daemons need root"; exit 0; }

# Munge wants folders above its key that all may enter and nobody else may write to.
D=$(mktemp -d /var/lib/harmattan-slurm.XXXXXX)
work=$D/work
mkdir -p "$D"/{munge,state,log,n1,n2,work}
chmod 755 "$D" "$D/munge"
host=$(hostname -s)
export SLURM_CONF=$D/slurm.conf
declare -A pids

cat >"$SLURM_CONF" <<CONF
ClusterName=ci
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$D/munge/socket,cred_expire=5
CredType=cred/munge
SlurmctldPort=16817
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/%n
SlurmctldPidFile=$D/slurmctld.pid
SlurmdPidFile=$D/%n/slurmd.pid
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/%n.log
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$D/log/jobcomp.txt
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SlurmdTimeout=6
MaxArraySize=10001
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=17001 CPUs=1 RealMemory=500
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17002 CPUs=1 RealMemory=500
PartitionName=sweep Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF

# A daemon in the background; its process id is kept by name.
start() {
    local name=$1
    shift
    "$@" >>"$D/log/$name.out" 2>&1 </dev/null &
    pids[$name]=$!
}

stop() {
    local name=$1 signal=$2
    kill "-$signal" "${pids[$name]}" 2>/dev/null || true
    wait "${pids[$name]}" 2>/dev/null || true
    unset "pids[$name]"
}

finish() {
    local code=$?
    for name in "${!pids[@]}"; do stop "$name" KILL; done
    if [ "$code" != 0 ]; then
        tail -n 20 "$D"/log/slurmctld.log "$D"/log/n?.log 2>/dev/null || true
        echo "FAILED; logs in $D"
    else
        rm -rf "$D"
    fi
}
trap finish EXIT

within() {
    local seconds=$1 what=$2 until=$((SECONDS + $1))
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$until" ] || { echo "not within $seconds s: $what"; return 1; }
        sleep 0.2
    done
}

both_idle() { [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 2 ]; }
controller() { start slurmctld slurmctld -D "$@" -i; }

head -c 128 /dev/urandom >"$D/munge/key"
chmod 600 "$D/munge/key"
start munged munged -F --key-file "$D/munge/key" --socket "$D/munge/socket" --pid-file "$D/munge/pid" \
    --log-file "$D/munge/log" --seed-file "$D/munge/seed"
within 10 "munge" test -S "$D/munge/socket"
controller -c
for node in n1 n2; do start "$node" slurmd -D -N "$node"; done
within 30 "two idle nodes" both_idle
echo "slurm $(sinfo --version | cut -d' ' -f2): two nodes are idle"

# Long enough that nodes and controllers can be taken away in the middle of it.
cat >"$work/road.toml" <<'PLAN'
format    = 1
name      = "road"
scenarios = ["testbed-three-places"]
seeds     = 100
scale     = 100
until     = 2014-12-29

[design]
method = "sobol"
points = 16

[uncertainties]
"trafficking.risk_decay_per_week" = { range = [0.02, 0.25] }

[levers]
"patrols.troops_persons" = { range = [0, 200] }

[[outcome]]
name       = "deaths"
indicator  = "deaths"
reduce.sum = {}
PLAN
cd "$work"

hash_of() { cat "$1/road/runs.csv" "$1/road/manifest.json" | sha256sum | cut -c1-16; }
told() { printf '%-44s %5d s  %s\n' "$1" "$2" "$3"; }

expected=
same() {
    local name=$1 seconds=$2 found
    found=$(hash_of "$3")
    told "$name" "$seconds" "$found"
    expected=${expected:-$found}
    [ "$found" = "$expected" ] || { echo "other rows than on one thread"; exit 1; }
}

plain() {
    local from=$SECONDS
    "$harmattan" sweep road.toml --out "$1" --threads "$2" --quiet
    same "$3" $((SECONDS - from)) "$1"
}

# The merge job has written its manifest: files are the truth, not the queue.
merged() { [ -f "$1/road/manifest.json" ] && "$harmattan" status "$1/road" >/dev/null 2>&1; }
# A shard has runs in its journal: something is lost if its node is.
begun() { find "$1" -name runs.journal -size +4k 2>/dev/null | grep -q .; }

# What runs on a node of this cluster, and what watches it: known by the environment that Slurm gave it.
of_node() {
    local environ process parent
    for environ in /proc/[0-9]*/environ; do
        grep -zqx "SLURMD_NODENAME=$1" "$environ" 2>/dev/null || continue
        grep -zqx "SLURM_CONF=$SLURM_CONF" "$environ" 2>/dev/null || continue
        process=${environ#/proc/}
        process=${process%/environ}
        parent=$(awk '/^PPid:/ { print $2 }' "/proc/$process/status" 2>/dev/null) || continue
        echo "$process"
        [ "$(cat "/proc/$parent/comm" 2>/dev/null)" != slurmstepd ] || echo "$parent"
    done | sort -un
}

works_on_n1() {
    lost_processes=$(of_node n1)
    [ "$(wc -w <<<"$lost_processes")" -ge 2 ] && begun lost
}

submit() { "$harmattan" submit road.toml --out "$1" --engine slurm --shards "$shards" --quiet; }

plain one 1 "one thread"
plain two 2 "two threads"

from=$SECONDS
submit array >/dev/null
within 300 "the array" merged array
same "job array of $shards" $((SECONDS - from)) array

from=$SECONDS
sleep 0.1
again=$(submit array)
within 60 "the merge of a finished array" bash -c "! squeue -h -j $again 2>/dev/null | grep -q ."
same "submitted again: nothing is missing" $((SECONDS - from)) array

# A node is lost with what runs on it.
from=$SECONDS
submit lost >/dev/null
within 60 "a job on n1 with runs done" works_on_n1
stop n1 KILL
for process in $lost_processes; do kill -KILL "$process" 2>/dev/null || true; done
echo "  node n1 is lost, with $(wc -w <<<"$lost_processes") processes of its job"
within 300 "the array without n1" merged lost
same "after a lost node" $((SECONDS - from)) lost
start n1 slurmd -D -N n1
within 60 "two idle nodes again" both_idle

# The controller is stopped and started again.
from=$SECONDS
submit restarted >/dev/null
within 60 "a shard" begun restarted
stop slurmctld TERM
sleep 2
controller
within 300 "the array after the restart" merged restarted
same "after a restart of the controller" $((SECONDS - from)) restarted
within 60 "two idle nodes again" both_idle

# Some shards are lost after the fact: only they are submitted.
from=$SECONDS
rm -rf array/road/shards/0002-* array/road/{runs.csv,manifest.json,timing.json}
: >"$(ls -d array/road/shards/0005-*)/runs.csv"
"$harmattan" status array/road --format csv >status.csv && { echo "status does not see what is missing"; exit 1; }
cut -d, -f2,3 status.csv | grep -c -E 'missing|broken' | grep -qx 2
"$harmattan" submit road.toml --out array --engine slurm --shards "$shards" --quiet --dry-run | grep -q -- '--array=2,5 '
submit array >/dev/null
within 120 "the missing shards" merged array
same "two lost shards alone" $((SECONDS - from)) array
echo "one hash: the same rows in every way"
