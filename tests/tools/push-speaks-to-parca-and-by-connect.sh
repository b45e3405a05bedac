# SPDX-License-Identifier: Apache-2.0
# slow: 10
# The other two protocols, files, labels of a process, limits, and --no-sources-paths; one push of each.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
. "$SRC/tests/peers/push.inc"
need jq
push() { LD_PRELOAD=$TARGETS/liblater.so "$MEMPROF" push --url "$URL" --once "$@" >out 2>err || fail "push $*: $(cat err)"; }
last() { tail -n 1 "$PEER_DIR/log" | jq -c "$1"; }
export SHOP_ZONE='a,b'
obeys_starts
obeyed "allocate 100"
peer_starts parca
push --protocol=parca --name=shop --label-from=env:SHOP_ZONE --label-from='number=cmdline:targets/(ob.)' --label-from=pid $PID
is "labels in Parca" '{"__name__":"memory","job":"shop","SHOP_ZONE":"a_b","number":"obe","pid":"'$PID'"}' "$(last .labels)"
is "values in Parca" "[100,100000,100,100000]" "$(last .totals)"
peer_ends
export PEER_DIR=$PWD/connect
peer_starts pyroscope
pass 16
push --protocol=connect -l a.b='c d' $PID
is "labels by connect" '{"__name__":"memory","service_name":"obeys","a.b":"c d"}' "$(last .labels)"
# Without directories, no string has one.
push --no-sources-paths --name=plain --base=other $PID
pass 16
push --no-sources-paths --name=plain --base=other $PID
/usr/bin/python3 - "$SRC/tests" "$(last .file | tr -d '"')" >paths <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
import pprof
profile = pprof.Profile(sys.argv[2])
for row in profile.functions + profile.mappings:
    print(profile.strings[row["file"]])
PYTHON
has paths '^obeys.c$'
has paths '^obeys$'
lacks paths /
# A file, once, with all that it allocated.
MEMPROF_ARGUMENTS=1 "$MEMPROF" dump -o whole.pb.gz $PID >/dev/null
texts() { zcat "$1" | LC_ALL=C tr -c '[:print:]' '\n'; }
has <(texts whole.pb.gz) '#memprof: command .*obeys'
"$MEMPROF" push --url="$URL" --name=job --dry-run -o body whole.pb.gz >/dev/null
lacks <(texts body) '#memprof: ' # no host and no command line
push --name=job whole.pb.gz
is "a file" '["job",[100,100000,100,100000]]' "$(last '[.name, .totals]')"
# Many stacks: folded to what the server takes, and it is said.
MEMPROF_INTERVAL=1 profiled "$TARGETS/many_sites" 500 >/dev/null
push --max-samples=50 --name=many memprof.many_sites.*.pb.gz
is "samples" true "$(last '.samples <= 50')"
has <(last .lines) 'folded'
push --max-bytes=16K --name=many memprof.many_sites.*.pb.gz
raw=$(zcat "$(last .file | tr -d '"')" | wc -c)
((raw <= 16384)) || fail "$raw bytes of 16384"
is "what was folded is in the sums" "$(totals memprof.many_sites.*.pb.gz)" "$(last .totals | tr -d '[]' | tr , ' ')"
exec {OBEYS[1]}>&-
wait $PID || true
rm -f memprof.*
peer_ends
