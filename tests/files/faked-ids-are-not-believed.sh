# SPDX-License-Identifier: Apache-2.0
# Under fakeroot a process takes itself for root and everything for its own: its state is where
# the user that it really is has it, and root's directory is left alone.
. "$SRC/tests/lib.sh"
need fakeroot
as=() user=$(id -u)
if [[ $user == 0 ]]; then
    need setpriv
    user=$((40000 + RANDOM))
    as=(setpriv --reuid=$user --regid=$user --clear-groups)
    "${as[@]}" test -r "$SHIM" || skip "another user cannot read $SHIM"
    trap 'rm -rf /dev/shm/memprof-$user' EXIT
fi
unset MEMPROF_DIR
chmod 711 . .. ../..
mkdir -m 777 here && cd here
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
"${as[@]}" fakeroot env LD_PRELOAD="$SHIM" "$TARGETS/ends" exit 2>err || is status 3 $?
is messages "" "$(cat err)"
"${as[@]}" fakeroot bash -c 'LD_PRELOAD="$SHIM $LD_PRELOAD" exec "$TARGETS/ends" exit' 2>err || is status 3 $?
is messages "" "$(cat err)"
is "states of the user" 2 "$(ls /dev/shm/memprof-$user/ends.*.state | wc -l)"
"${as[@]}" fakeroot "$MEMPROF" collect --all >/dev/null 2>&1
for profile in memprof.ends.*; do
    valid "$profile"
    is "counted" "1000 1000000" "$(counted "$profile" work | cut -d' ' -f1,2)"
done
is "states left" "" "$(ls /dev/shm/memprof-$user)"
rm memprof.*
for order in run-fakeroot fakeroot-run; do
    case $order in
    run-fakeroot) command=("$MEMPROF" run -q -- fakeroot "$TARGETS/ends" exit) ;;
    fakeroot-run) command=(fakeroot "$MEMPROF" run -q -- "$TARGETS/ends" exit) ;;
    esac
    status=$(status_of "${as[@]}" "${command[@]}")
    [[ $status == 3 ]] || fail "$order: $status, $(cat err)"
    is "counted by $order" "1000 1000000" "$(counted "$(one memprof.ends.*)" work | cut -d' ' -f1,2)"
    rm -f memprof.*
done
