# SPDX-License-Identifier: Apache-2.0
# slow: 30
# google/pprof's package reads each push, and twenty of them merged have, stack by stack, what the last whole profile has.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
. "$SRC/tests/peers/push.inc"
need jq go
[[ -d /usr/share/gocode/src/github.com/google/pprof/profile ]] || skip "golang-github-google-pprof-dev is not installed"
GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$TMPDIR/go GOFLAGS=-buildvcs=false HOME=$TMPDIR \
    go build -o merge "$SRC/tests/clients/merge.go"
peer_starts pyroscope
obeys_starts
obeyed "allocate 5"
push_starts $PID
for ((n = 1; n <= 20; n++)); do
    before=$(asked)
    passes_until '(($(asked) > before))'
    obeyed "allocate $n"
    obeyed "free $((n / 2))"
done
before=$(asked)
passes_until '(($(asked) > before))'
"$MEMPROF" dump -o whole.pb.gz $PID >/dev/null
push_ends
./merge whole.pb.gz peer/taken/*.pb.gz >merged
has merged '^2[1-3] profiles, [1-9][0-9]* stacks$'
is "differences" 1 "$(wc -l <merged)"
pprof -top -sample_index=alloc_space peer/taken/000003.pb.gz >top
has top '^ *[0-9.]+kB .* grow$'
rm -rf "$TMPDIR/go"
exec {OBEYS[1]}>&-
wait $PID || true
rm -f memprof.obeys.*
peer_ends
