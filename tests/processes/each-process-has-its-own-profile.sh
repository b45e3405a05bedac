# SPDX-License-Identifier: Apache-2.0
# Parent and forked children, which end by exit or _exit, each count their own.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
profiled "$TARGETS/forks" 6 >pids
valid $(profiles)
is "profiles" 7 "$(profiles | wc -w)"
while read -r who pid; do
    dump memprof.forks.$pid.pb.gz >dumped
    case $who in
    parent) has dumped '^100 500 50 250 .*in_parent@' && lacks dumped in_child ;;
    child) has dumped '^10 1000 10 1000 .*in_child@' && lacks dumped in_parent ;;
    esac
done <pids
[[ -z $(states) ]] || fail "left" $(states)
