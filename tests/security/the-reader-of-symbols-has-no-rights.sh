# SPDX-License-Identifier: Apache-2.0
# The process that parses files nobody vouches for: while a file keeps it busy it is another
# user than root, without capabilities, with limits, under a filter, and with no descriptor
# but what it reads; another user's files are read as that user.
. "$SRC/tests/lib.sh"
make_busy() {
    /usr/bin/python3 - "$SRC/tests/security" <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
from craft import *
identity = elf("ranges.so", ranges_unit(500000, 1, 1 << 46))
State.of("busy.state", (os.path.abspath("ranges.so").encode(), dict(start=1 << 32, size=1 << 33, identity=identity)),
         [(1 << 32) + 16 * i for i in range(1, 100000)], cwd=os.getcwdb())
PYTHON
}
make_busy
worker=
has_worker() {
    worker=$(cat "/proc/$collector/task/$collector/children") && worker=${worker%% *} &&
        [[ -n $worker ]] && grep -q 'Seccomp:.*2' "/proc/$worker/status"
}
# watched USER: collects, and looks at the child once its filter is there.
watched() {
    "$COLLECT" -v --keep -o busy.pb.gz busy.state >out 2>err &
    collector=$!
    until_true has_worker
    cat "/proc/$worker/status" >status
    cat "/proc/$worker/limits" >limits
    ls -l "/proc/$worker/fd" >descriptors 2>/dev/null || true
    kill "$worker" "$collector" 2>/dev/null || true
    wait "$collector" || true
    has status "^Uid:[[:space:]]$1[[:space:]]$1[[:space:]]$1[[:space:]]$1"
    every status '^Cap(Eff|Prm|Inh|Amb)' '0000000000000000'
    has status '^NoNewPrivs:.*1'
    has limits '^Max file size +0 +0'
    has limits '^Max processes +0 +0'
    has limits '^Max core file size +0 +0'
    has limits '^Max data size +[0-9]+'
    has limits '^Max cpu time +[0-9]+'
    lacks descriptors 'busy.state|pb.gz'
}
if [[ $(id -u) == 0 ]]; then
    chmod 755 . && chmod 644 ranges.so
    watched 65534
    has status '^Groups:[[:space:]]*$'
    has status '^CapBnd:.*0000000000000000'
    chown 12345:12345 busy.state
    watched 12345
    has status '^Gid:[[:space:]]12345[[:space:]]'
    # An ordinary user: the same.
    place=$(mktemp -d /tmp/memprof-user.XXXXXX)
    trap 'rm -rf "$place"' EXIT
    cd "$place" && make_busy && chown -R 12345:12345 "$place"
    printf '#!/bin/sh\nexec setpriv --reuid=12345 --regid=12345 --clear-groups "%s" "$@"\n' "$COLLECT" >as-user
    chmod 755 as-user
    ./as-user --version || skip "another user cannot reach $COLLECT"
    COLLECT=./as-user
    watched 12345
else
    watched "$(id -u)"
fi
