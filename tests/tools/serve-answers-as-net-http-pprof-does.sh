# SPDX-License-Identifier: Apache-2.0
# What a Go program's /debug/pprof/ says of itself, serve says of any process: to pprof, and to curl.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
obeys_starts
obeyed "allocate 100"
serve_starts $PID
for profile in heap allocs peak; do
    answers 200 /debug/pprof/$profile
    has head '^Content-Type: application/octet-stream'
    has head "^Content-Disposition: attachment; filename=\"$profile.pb.gz\""
    has head '^X-Content-Type-Options: nosniff'
    ! grep -qi '^Content-Encoding' head || fail "$profile says that it is encoded"
    [[ $profile == allocs ]] || valid body
    is "blocks of $profile" "100 100000 100 100000" "$(counted body grow)"
done
has <(meta body) 'memprof: view peak'
answers 200 /debug/pprof/allocs && has <(meta body) '^default alloc_space'
answers 200 /debug/pprof/heap && has <(meta body) '^default inuse_space'
# Two scrapes of an idle process differ in their time alone.
cp body first
sleep 0.2
answers 200 "/$PID/debug/pprof/heap"
diff <(dump first) <(dump body) || fail "an idle process changed"
diff <(meta first) <(meta body) || fail "an idle process changed"
is "length of a HEAD's body" 0 "$(curl -sS -I "$URL/debug/pprof/heap" -o head && sed -n '/^\r$/,$p' head | tail -n +2 | wc -c)"
has head '^Content-Length: [1-9]'
# seconds= subtracts all four values; delta_heap those of allocation alone.
# What happens between the two looks is certain when the first ones are known to be over (POSTs wait in the same line,
# and each is done by itself) and no more than `seconds` have gone by since before them: else again, with more.
cat >delta.py <<'PYTHON'
import http.client, sys
address, seconds = sys.argv[1:]
asked = {}
for name in "heap", "delta_heap":
    asked[name] = http.client.HTTPConnection(address)
    asked[name].request("GET", f"/debug/pprof/{name}?seconds={seconds}", headers={"Host": "localhost"})
for _ in range(3):
    symbol = http.client.HTTPConnection(address)
    symbol.request("POST", "/debug/pprof/symbol", b"0x1", {"Host": "localhost"})
    assert symbol.getresponse().status == 200
print("begun", flush=True)
for name, connection in asked.items():
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    open(f"{name}.delta", "wb").write(answer.read())
PYTHON
now_ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }
mkfifo begun
allocated=100 freed=0
for ((seconds = 2, certain = 0; !certain; seconds *= 2)); do
    began=$(now_ms)
    /usr/bin/python3 delta.py "${URL#http://}" $seconds >begun &
    delta=$!
    read -r <begun
    obeyed "allocate 10"
    obeyed "free 30"
    (($(now_ms) - began >= seconds * 1000)) || certain=1
    wait $delta
    allocated=$((allocated + 10)) freed=$((freed + 30))
done
is "delta" "10 10000 -20 -20000" "$(counted heap.delta grow)"
is "delta_heap" "10 10000 $((allocated - freed)) $((allocated - freed))000" "$(counted delta_heap.delta grow)"
duration=$(meta heap.delta | awk '$1 == "duration" { printf "%.0f", $2 / 1e6 }')
((duration >= seconds / 2 * 1000 - 10)) || fail "$duration ms are told for $((seconds / 2)) seconds"
pprof -top -alloc_space -diff_base=first "$URL/debug/pprof/heap" >top 2>err || fail "$(cat err)"
has top "^ *$(awk "BEGIN { printf \"%.2f\", ($allocated - 100) / 1.024 }")kB .* grow$"
for wrong in 'seconds=0' 'seconds=-1' 'seconds=x' 'seconds=601' 'seconds=1&debug=1'; do
    answers 400 "/debug/pprof/heap?$wrong"
    has head '^X-Go-Pprof: 1'
done
answers 200 '/debug/pprof/heap?gc=1'
# The text form, and the names of its addresses, as pprof asks for them.
live=$((allocated - freed))
pprof -top -inuse_space -symbolize=remote "$URL/debug/pprof/heap?debug=1" >top 2>err || fail "$(cat err)"
has top "^ *$(awk "BEGIN { printf \"%.2f\", $live / 1.024 }")kB .* grow$"
answers 200 /debug/pprof/cmdline
is "arguments" "$TARGETS/obeys" "$(tr '\0' '\n' <body)"
for type in inuse_space alloc_objects; do
    pprof -top -$type "$URL/debug/pprof/heap" >top 2>err || fail "$(cat err)"
    has top "Type: $type"
done
for missing in profile block mutex goroutine nonsense; do
    answers 404 /debug/pprof/$missing
    has head '^X-Go-Pprof: 1'
done
answers 404 /debug/pprof/profile && has body 'CPU'
answers 200 /debug/pprof/ && has body '/debug/pprof/heap'
serve_ends
