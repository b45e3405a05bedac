# SPDX-License-Identifier: Apache-2.0
# A seccomp filter that was there at the start lets an execve pass, but may kill for a system
# call that is newer than it is, or that changes priorities: the status is the target's, with
# a profile, or with a state and one line.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
number() { # NAME: of the system call
    printf '#include <sys/syscall.h>\nSYS_%s\n' "$1" | ${CC:-cc} -E -P - | tail -1
}
for call in prctl capget getresuid close_range execveat openat2 sched_setscheduler setpriority ioprio_set getpriority; do
    wanted=$(status_of "$TARGETS/filtered" "-$(number $call)" "" "$TARGETS/last_moments" stdout)
    [[ $wanted != 77 ]] || skip "no seccomp filters here"
    is "plain status where $call kills" 5 "$wanted"
    is "status where $call kills" 5 \
        "$(status_of "$TARGETS/filtered" "-$(number $call)" "$SHIM" "$TARGETS/last_moments" stdout)"
    is "output where $call kills" "a line without its end" "$(cat out)"
    case $call in # what the collector cannot do without
    getpriority)
        has err '^memprof: .* did not finish: the state is kept in '
        "$MEMPROF" collect --all >/dev/null 2>&1
        ;;
    prctl) has err '^memprof: .*: names are missing' ;; # who reads symbols gives up rights by it
    *) is "messages where $call kills" "" "$(cat err)" ;;
    esac
    valid "$(profile_of last_moments)"
    rm -f memprof.*
done
