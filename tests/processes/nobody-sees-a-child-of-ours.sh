# SPDX-License-Identifier: Apache-2.0
# Not a handler that waits for any child, not a thread that asks for children until the end,
# not with SIGCHLD ignored, not a subreaper, and not the init of a container.
. "$SRC/tests/lib.sh"
for way in handler ignored subreaper; do
    AT=1 same_with_and_without "$TARGETS/reaps" $way
    has out '^wait: -1 errno 10$'
    is "counted $way" "1000 100000" "$(counted "$(profile_of reaps)" main | cut -d' ' -f1,2)"
    rm $(profiles)
done
[[ $(id -u) == 0 ]] || skip_rest "a process that is number 1 needs root"
unshare -p -f true 2>/dev/null || skip_rest "no pid namespaces"
is "status of the plain init" 6 "$(status_of unshare -p -f "$TARGETS/reaps" init)"
mv out plain
for mount in '' --mount-proc; do
    unshare -p -f $mount true 2>/dev/null || { # not where / is no mount point
        part_skipped "cannot unshare with $mount"
        continue
    }
    is status 6 "$(MEMPROF_INTERVAL=1 status_of unshare -p -f $mount env LD_PRELOAD="$SHIM" "$TARGETS/reaps" init)"
    diff plain out
    is messages "" "$(cat err)"
    is "counted as number 1" "1000 100000" "$(counted memprof.reaps.1.pb.gz main | cut -d' ' -f1,2)"
    rm memprof.reaps.1.pb.gz
done
