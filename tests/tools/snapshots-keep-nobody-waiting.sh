# SPDX-License-Identifier: Apache-2.0
# Any number of readers look at a living process, one of them for as long as it likes: each
# gets its profile, and so does the process, which ends meanwhile.
. "$SRC/tests/lib.sh"
mkfifo end
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "$TARGETS/ends" read <end >out &
pid=$!
exec 3>end
until_true grep -q ready out
state=$(one $(states))
HELD_UP=$PWD/held LD_PRELOAD=$TARGETS/libholds_up.so "$COLLECT" -o long.pb.gz "$state" &
long=$!
until_true test -e held
readers=()
for n in {1..20}; do
    "$MEMPROF" collect -o "now.$n.pb.gz" $( ((n % 2)) && echo $pid || echo "$state") >/dev/null &
    readers+=($!)
done
for reader in "${readers[@]}"; do
    wait "$reader" || fail "a snapshot failed"
done
echo >&3
status=0
wait $pid || status=$?
is "status of the process" 7 $status
[[ -e held ]] || fail "the long snapshot ended too early"
[[ -z $(states) ]] || fail "left" $(states)
rm held
wait $long || fail "the long snapshot failed"
for profile in now.*.pb.gz long.pb.gz "$(profile_of ends)"; do
    dump "$profile" | grep -q '^1000 1000000 1000 1000000 bytes=1024bytes work@' || fail "$profile"
done
is "profiles" 20 "$(ls now.*.pb.gz | wc -l)"
