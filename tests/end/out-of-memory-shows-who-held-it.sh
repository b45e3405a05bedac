# SPDX-License-Identifier: Apache-2.0
# A limit of address space, at which malloc fails, and a cgroup's limit, at which the kernel
# kills: the profile is there, and says where the memory is.
. "$SRC/tests/lib.sh"
. "$SRC/tests/end/cgroup.inc"
export MEMPROF_INTERVAL=64K
limited() {
    (ulimit -v 200000 && exec "$@")
}
is "status at the limit" 4 "$(status_of limited "$TARGETS/hog" 1000)"
is "status with us" 4 "$(LD_PRELOAD=$SHIM status_of limited "$TARGETS/hog" 1000)"
is output "no more memory" "$(cat out)"
# What the collector needs does not fit there; then the state says it.
[[ $(profiles) ]] || "$MEMPROF" collect --all >/dev/null 2>&1
held() {
    valid "$1"
    read -r objects bytes live live_bytes < <(counted "$1" hoards)
    read -r _ _ _ total < <(totals "$1")
    [[ $live_bytes -ge $(($2 << 20)) && $((live_bytes * 100)) -ge $((total * 95)) ]] ||
        fail "$live_bytes of $total bytes in hoards"
}
held "$(one $(profiles))" 100
rm $(profiles)
[[ -z $(states) ]] || fail "left" $(states)
# The kernel kills the largest in the group.
[[ $(id -u) == 0 ]] || skip_rest "a cgroup needs root"
make_group || skip_rest "no memory cgroup"
limit 60M
echo 0 >"$group/memory.swap.max" 2>/dev/null || true
is "status of the killed" 137 "$(status_of grouped env LD_PRELOAD="$SHIM" "$TARGETS/hog" 1000)"
"$MEMPROF" collect --all >/dev/null 2>&1
held "$(profile_of hog)" 40
rm $(profiles)
is "status of run" 137 "$(status_of "$MEMPROF" run -i 64K -- sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$TARGETS/hog" 1000)"
held "$(profile_of hog)" 40
[[ -z $(states) ]] || fail "left" $(states)
