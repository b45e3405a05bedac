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
(sleep 0.7 && touch now) &
BODY=delta.pb.gz fetched '/debug/pprof/heap?seconds=2' >delta.status &
delta=$!
BODY=delta_heap.pb.gz fetched '/debug/pprof/delta_heap?seconds=2' >delta_heap.status &
delta_heap=$!
until_true test -e now
obeyed "allocate 10"
obeyed "free 30"
wait $delta && wait $delta_heap
is "both" 200200 "$(cat delta.status delta_heap.status)"
is "delta" "10 10000 -20 -20000" "$(counted delta.pb.gz grow)"
is "delta_heap" "10 10000 80 80000" "$(counted delta_heap.pb.gz grow)"
has <(meta delta.pb.gz) '^duration (19|2[0-9])[0-9]{8}$'
for wrong in 'seconds=0' 'seconds=-1' 'seconds=x' 'seconds=601' 'seconds=1&debug=1'; do
    answers 400 "/debug/pprof/heap?$wrong"
    has head '^X-Go-Pprof: 1'
done
answers 200 '/debug/pprof/heap?gc=1'
# The text form, and the names of its addresses, as pprof asks for them.
pprof -top -inuse_space -symbolize=remote "$URL/debug/pprof/heap?debug=1" >top 2>err || fail "$(cat err)"
has top '^ *78.12kB .* grow$'
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
