# SPDX-License-Identifier: Apache-2.0
# All but the first process get .PID appended.
. "$SRC/tests/lib.sh"
for way in run preload; do
    rm -rf out && mkdir out
    case $way in
    run) "$MEMPROF" run -q -i 1 -o out/p.pb.gz "$TARGETS/forks" 3 >pids ;;
    preload) MEMPROF_INTERVAL=1 MEMPROF_OUT=out/p.pb.gz profiled "$TARGETS/forks" 3 >pids ;;
    esac
    valid out/*
    is "files by $way" 4 "$(ls out | wc -l)"
    dump out/p.pb.gz | grep -q in_parent || fail "the first process is not out/p.pb.gz by $way"
    for pid in $(sed -n 's/^child //p' pids); do
        dump "$(one out/*$pid*)" | grep -q in_child
    done
done
