# SPDX-License-Identifier: Apache-2.0
# A dead process's state stays dead when another user maps a file of that name, or has that
# pid by now; and a lock on the output's directory keeps nobody waiting or from replacing.
. "$SRC/tests/lib.sh"
. "$SRC/tests/security/users.inc"
[[ -x /usr/bin/python3 ]] || skip "no /usr/bin/python3"
export MEMPROF_INTERVAL=1
MEMPROF_COLLECTOR=none profiled "$TARGETS/ends" exit || true
state=$(one $(states))
mkfifo go
# The name is random, but the attacker may have been this very process.
as $ATTACKER /usr/bin/python3 - "$PWD/attackers/${state##*/}" <<'PY' 3<go >mapped &
import mmap, os, sys
file = open(sys.argv[1], "w+b")
file.truncate(1 << 20)
mapping = mmap.mmap(file.fileno(), 1 << 20)
print("ready", flush=True)
os.read(3, 1)
PY
exec 8>go
until_true grep -q ready mapped
"$MEMPROF" collect >list
has list ' dead .*ends'
"$MEMPROF" collect --all -o p.pb.gz >/dev/null
valid p.pb.gz
[[ ! -e $state ]] || fail "the state stayed"
exec 8>&-
wait

# The attacker's flock on a directory of everybody.
MEMPROF_COLLECTOR=none profiled "$TARGETS/ends" exit || true
chmod 777 roots && cp p.pb.gz roots
as $ATTACKER flock -x roots sh -c 'echo ready; read -r _ <&3' 3<go >locked &
exec 8>go
until_true grep -q ready locked
before=$(sha256sum <roots/p.pb.gz)
"$MEMPROF" collect --all -o roots/p.pb.gz >/dev/null
[[ $before != "$(sha256sum <roots/p.pb.gz)" ]] || fail "not replaced under a lock"
is "profiles" 1 "$(ls roots | wc -l)"
exec 8>&-
wait

# The same pid, of another user whose maps the victim may not read.
cat >reuse <<SH
. "$SRC/tests/lib.sh"
cd victims
export MEMPROF_DIR=\$PWD/states
mkdir -m 700 states && chown $VICTIM states
echo 99 >/proc/sys/kernel/ns_last_pid || exit 77
setpriv --reuid=$VICTIM --regid=$VICTIM --clear-groups env LD_PRELOAD=\$SHIM "\$TARGETS/ends" kill &
wait
sleep 0.1 # a pid does not come again within a tick of the clock
echo 99 >/proc/sys/kernel/ns_last_pid
setpriv --reuid=$ATTACKER --regid=$ATTACKER --clear-groups sleep 100 &
until_true grep -q sleep /proc/100/comm
setpriv --reuid=$VICTIM --regid=$VICTIM --clear-groups "\$MEMPROF" collect
kill \$!
SH
unshare -p -f --mount-proc bash reuse >out 2>err || skip "cannot choose a pid: $(tail -n 1 err) (the rest passed)"
has out ' 100  ends .* dead '
