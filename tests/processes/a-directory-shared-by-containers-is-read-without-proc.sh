# SPDX-License-Identifier: Apache-2.0
# A container and its sidecar share a directory of states and a user, and neither pids nor /proc: who
# looks never says "running", finds processes by the pid that they call themselves or by name,
# and takes a silent one for ended when a younger one of its program is there.
. "$SRC/tests/lib.sh"
as_root namespaces
unshare -p -m -f --mount-proc true 2>/dev/null || skip "no pid namespaces"
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
USER_ID=40003
chmod 711 . .. ../..
chown $USER_ID "$MEMPROF_DIR"
mkdir -m 777 shared
CONTAINER='unshare -p -m -f --kill-child --mount-proc'
USER="setpriv --reuid=$USER_ID --regid=$USER_ID --clear-groups --bounding-set=-all --no-new-privs"
# start OUT: the program as a child of a container's first process; $started is that container's.
start() {
    $CONTAINER bash -c '"$@" & wait' bash $USER env LD_PRELOAD="$SHIM" "$PWD/app" wait >"$1" &
    started=$!
    until_true grep -q ready "$1"
}
# sidecar COMMAND...: in another container, by a user without capabilities.
sidecar() {
    if [[ $without_proc ]]; then
        $CONTAINER bash -c 'mount -t tmpfs none /proc && exec "$@"' bash $USER "$@"
    else
        $CONTAINER $USER "$@"
    fi
}
cp "$TARGETS/ends" app && chmod 755 app
start old.out
old=$started
pid=$(ls "$MEMPROF_DIR" | sed -n 's/^app\.\([0-9]*\)\..*/\1/p')
for without_proc in '' yes; do
    sidecar "$MEMPROF" ps >out 2>err
    has out "^ *$pid  app .*  unknown, last event [0-9]+s ago$"
    lacks out running
    for text in "$pid" app; do
        (cd shared && sidecar "$MEMPROF" dump -q -o "$text.pb.gz" "$text")
        valid "shared/$text.pb.gz"
        is "what it has" "1000 1000000 1000 1000000" "$(counted "shared/$text.pb.gz" work)"
        rm "shared/$text.pb.gz"
    done
    sidecar "$MEMPROF" top --no-header app >out
    has out ' work$'
    sidecar "$MEMPROF" ps --json >json
    has json '"life": "unknown"'
done
# A younger one: the old one counts as ended once it was silent for long enough, and not before.
start new.out
new=$started
is "both, at first" 2 "$(sidecar "$MEMPROF" ps --stale=1h app | grep -c ' app ')"
is "the younger one" 1 "$(sidecar "$MEMPROF" ps --stale=0s app | grep -c ' app ')"
sidecar "$MEMPROF" ps --all --stale=0s >out
has out ' ended, last event '
sidecar "$MEMPROF" collect >out
is "those whose life is not known" 2 "$(grep -c ' unknown ' out)"
lacks out running
for options in --all '--all --stale=1h'; do
    (cd shared && sidecar "$MEMPROF" collect $options) >out
    has out 'No states of killed processes found'
done
(cd shared && sidecar "$MEMPROF" collect --all --stale=0s) >out
has out "^memprof.app.$pid.pb.gz: app \\(pid $pid\\), allocated .*, live "
is "states that stay" 1 "$(ls "$MEMPROF_DIR" | grep -c '^app\..*\.state$')"
valid shared/memprof.app.$pid.pb.gz
(cd shared && sidecar "$MEMPROF" collect -o new.pb.gz "$MEMPROF_DIR"/app.*.state) >out
has out ', perhaps running\)'
# From outside, where all pids are seen, nothing is unknown.
"$MEMPROF" ps app >out
lacks out unknown
kill -KILL $old $new
wait 2>/dev/null || true
rm -f "$MEMPROF_DIR"/*.state
