# SPDX-License-Identifier: Apache-2.0
# slow: 20
# The files of docs/fleet.md: Prometheus takes its own and scrapes what it says, its rules do what they say, systemd takes the
# units, the others parse; and a sidecar without /proc reads a state on a shared volume.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
. "$SRC/tests/peers/push.inc"
/usr/bin/python3 -c 'import yaml' || skip "python3-yaml is not installed"
/usr/bin/python3 - "$SRC/docs/fleet.md" <<'PYTHON' >names
import os, re, sys, yaml
for kind, name, body in re.findall(r"^```(\w+) (\S+)\n(.*?)^```$", open(sys.argv[1]).read(), re.S | re.M):
    if kind == "yaml":
        yaml.safe_load(body)
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    open(name, "w").write(body)
    print(name)
PYTHON
is "files" 10 "$(wc -l <names)"
obeys_starts
obeyed "allocate 1000"
printf 'a token of the test\n' >token
chmod 600 token
serve_starts --token token $PID
if part_needs prometheus promtool ss jq; then
    sed -i "s,/etc/prometheus/memprof.token,$PWD/token,; s,localhost:6070,${URL#http://},; s,15s,1s," prometheus.yml
    promtool check config prometheus.yml >checked || fail "$(cat checked)"
    promtool test rules memprof.rules.test.yml >checked 2>&1 || fail "$(cat checked)"
    prometheus --config.file=prometheus.yml --storage.tsdb.path=data --web.listen-address=127.0.0.1:0 >prometheus.log 2>&1 &
    prometheus=$!
    listening() { address=$(ss -Hltnp | awk -v pid="pid=$prometheus," 'index($0, pid) { print $4 }') && [[ $address ]]; }
    until_true listening
    answer() {
        curl -sSf -G "http://$address/api/v1/query" --data-urlencode "query=$1" >answer && [[ $(jq -r '.data.result[0].value[1]' answer) == "$2" ]]
    }
    until_true answer "memprof_inuse_bytes{pid=\"$PID\"}" 1000000
    obeyed "free 500"
    until_true answer "memprof_inuse_bytes{pid=\"$PID\"}" 500000
    until_true answer "resets(memprof_allocated_bytes_total{pid=\"$PID\"}[1m])" 0
    # Each query of the dashboard has an answer.
    jq -r '.panels[].targets[].expr' "$SRC/docs/memprof.dashboard.json" |
        sed 's/\$instance/.*/; s/\$comm/.*/; s/\$__rate_interval/1m/' >queries
    is "queries" "$(grep -c '"expr"' "$SRC/docs/memprof.dashboard.json")" "$(wc -l <queries)"
    has_answer() { curl -sSf -G "http://$address/api/v1/query" --data-urlencode "query=$1" >answer && [[ $(jq '.data.result | length' answer) -ge 1 ]]; }
    while read -r query; do
        until_true has_answer "$query"
    done <queries
    kill $prometheus
    wait $prometheus || true
fi
serve_ends
if part_needs systemd-analyze; then
    for unit in memprof-serve.service memprof-push.service; do
        sed -i "s,/usr/local/bin/memprof,$MEMPROF," $unit
        systemd-analyze verify ./$unit >checked 2>&1 || fail "$(cat checked)"
        lacks <(cat checked; echo end) $unit
    done
fi
# The sidecar: the program in a pid namespace of its own, serve in another one, without /proc and capabilities.
# What it mounts is not to be seen elsewhere, and / may be no mount point whose propagation could be changed.
ALONE='unshare --pid --fork --mount --propagation unchanged'
HIDDEN='mount --make-private /proc && mount -t tmpfs none /proc && exec "$@"'
[[ $(id -u) == 0 ]] || skip_rest "needs root: namespaces"
$ALONE sh -c "$HIDDEN" sh true 2>alone || skip_rest "cannot hide /proc: $(tail -n 1 alone)"
if part_needs setpriv; then
    mkdir -m 755 shared && mount -t tmpfs none shared && trap 'umount -l shared' EXIT && mkdir -m 700 shared/states && chown 40001:40001 shared/states
    chmod 711 . .. ../..
    rm serve.out
    export MEMPROF_DIR=$PWD/shared/states
    MEMPROF_INTERVAL=1 unshare --pid --fork setpriv --reuid=40001 --regid=40001 --clear-groups \
        env LD_PRELOAD=$SHIM "$TARGETS/ends" wait >program.out 2>&1 &
    program=$!
    until_true grep -q ready program.out
    $ALONE sh -c "$HIDDEN" sh setpriv --reuid=40001 --regid=40001 --clear-groups --inh-caps=-all --bounding-set=-all \
        "$MEMPROF" serve -l 127.0.0.1:0 >serve.out 2>serve.err &
    SERVE=$!
    serve_is_there
    answers 200 /metrics
    has body '^memprof_inuse_bytes\{pid="[0-9]+",comm="ends",pid_namespace="[0-9]+"\} 100[0-9]{4}$'
    answers 200 /debug/pprof/heap
    is "what the program holds" "1000 1000000 1000 1000000" "$(counted body work)"
    # It pushes from there, too: to whom it is the only way out.
    mkdir -m 700 shared/bases && chown 40001:40001 shared/bases
    peer_starts pyroscope
    $ALONE sh -c "$HIDDEN" sh setpriv --reuid=40001 --regid=40001 --clear-groups --inh-caps=-all --bounding-set=-all \
        "$MEMPROF" push --url "$URL" --all --once --base="$PWD/shared/bases" >push.out 2>push.err || fail "push: $(cat push.err)"
    is "what was pushed" true "$(jq -c '.name == "ends" and .totals[2] >= 1000 and .totals[3] >= 1000000' peer/log)"
    peer_ends
    kill -9 $(pgrep -P $program) # the first process of a namespace is spared by others
    kill $(pgrep -P $SERVE)
    wait $SERVE $program || true
fi
