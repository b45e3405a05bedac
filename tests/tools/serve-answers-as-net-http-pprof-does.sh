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
# Both intervals have begun when two requests that came later are answered; told too late on a
# busy machine, it is told again in more time.
for ((seconds = 2, late = 1; late; seconds *= 2)); do
    answers 200 /debug/pprof/heap
    read -r objects bytes held held_bytes <<<"$(counted body grow)"
    began=$EPOCHREALTIME
    for kind in heap delta_heap; do
        exec {sockets[${#kind}]}<>"/dev/tcp/127.0.0.1/${URL##*:}"
        printf 'GET /debug/pprof/%s?seconds=%d HTTP/1.0\r\nHost: localhost\r\n\r\n' $kind $seconds >&${sockets[${#kind}]}
    done
    answers 200 /debug/pprof/heap && answers 200 /debug/pprof/heap
    obeyed "allocate 10"
    obeyed "free 30"
    late=$((10#${EPOCHREALTIME/./} - 10#${began/./} > 1000000 * seconds))
    for kind in heap delta_heap; do
        cat <&${sockets[${#kind}]} >$kind.answer
        exec {sockets[${#kind}]}>&-
        is "status of $kind" 200 "$(sed -n '1s/^HTTP[^ ]* \([0-9]*\) .*/\1/p' $kind.answer)"
        sed '1,/^\r$/d' $kind.answer >$kind.pb.gz
    done
    took=$((10#${EPOCHREALTIME/./} - 10#${began/./}))
done
is "delta" "10 10000 -20 -20000" "$(counted heap.pb.gz grow)"
is "delta_heap" "10 10000 $((held - 20)) $((held_bytes - 20000))" "$(counted delta_heap.pb.gz grow)"
duration=$(meta heap.pb.gz | awk '$1 == "duration" { printf "%d", $2 / 1000 }')
((duration >= 1000000 * seconds / 2 - 100000 && duration <= took)) || fail "a duration of $duration us in $took us"
for wrong in 'seconds=0' 'seconds=-1' 'seconds=x' 'seconds=601' 'seconds=1&debug=1'; do
    answers 400 "/debug/pprof/heap?$wrong"
    has head '^X-Go-Pprof: 1'
done
answers 200 '/debug/pprof/heap?gc=1'
# The text form, and the names of its addresses, as pprof asks for them.
pprof -top -inuse_space -symbolize=remote "$URL/debug/pprof/heap?debug=1" >top 2>err || fail "$(cat err)"
has top '^ *[0-9.]+kB .* grow$'
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
