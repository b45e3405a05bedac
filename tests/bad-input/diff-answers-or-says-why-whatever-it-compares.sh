# SPDX-License-Identifier: Apache-2.0
# A profile of something else, of Go, without sizes, cut anywhere, the same one twice, both sides swapped: the
# right answer, or one line and status 2; no gate holds by mistake.
. "$SRC/tests/lib.sh"
make_profile() {
    /usr/bin/python3 "$SRC/tests/tools/make_profile.py" "$@"
}
heap=types=alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes
diff_() { # STATUS ARGUMENT...
    local wanted=$1
    shift
    is "status of diff $*" "$wanted" "$(status_of "$MEMPROF" diff "$@")"
}
# What is no heap profile is no side.
make_profile cpu.pb.gz types=samples/count,cpu/nanoseconds <<<'3,30000000 leaf;main'
echo '5,500,1,100 leaf;main' | make_profile some.pb.gz $heap period=1
refused 2 "^memprof diff: cpu.pb.gz: is no heap profile: it has no values of the type 'alloc_objects'$" \
    "$MEMPROF" diff --fail-on=alloc_space:+50% --one-run some.pb.gz cpu.pb.gz
refused 2 '^memprof diff: cpu.pb.gz: is no heap profile' "$MEMPROF" diff cpu.pb.gz some.pb.gz
# The same file twice is no change; as two runs of a side it is one.
diff_ 0 --fail-on=alloc_space:+0 --one-run some.pb.gz some.pb.gz
has out '^Good: the gate holds; no change of alloc_space at all: exact, 1 run each\.$'
diff_ 2 --fail-on=alloc_space:+50% some.pb.gz some.pb.gz
has out 'it takes three runs a side'
# Swapped sides are the opposite, and no gate against growth fails.
echo '8,800,1,100 leaf;main' | make_profile more.pb.gz $heap period=1
diff_ 1 --fail-on=alloc_space:+10% --one-run some.pb.gz more.pb.gz
has out 'alloc_space grew by \+300B \(\+60.00%\)'
diff_ 0 --fail-on=alloc_space:+10% --one-run more.pb.gz some.pb.gz
has out 'alloc_space shrank by -300B \(-37.50%\)'
# Sampled, and nothing says how large the objects are: the marks count as independent.
echo '1000,10000000,10,100000 leaf;main' | make_profile sampled.pb.gz $heap period=524288
diff_ 0 sampled.pb.gz sampled.pb.gz
has out "^Unsure: cannot tell whether alloc_space changed, \[.*needs interval <= "
has out "^A profile does not say how large its objects are \(labels 'bytes'\)"
# Cut anywhere.
MEMPROF_INTERVAL=1 profiled "$TARGETS/regress" 0 0 >/dev/null
mv "$(one $(profiles))" whole.pb.gz
for bytes in 1 10 100 1000 $(($(stat -c %s whole.pb.gz) - 1)); do
    head -c "$bytes" whole.pb.gz >cut.pb.gz
    refused 2 '^memprof diff: .*cut.pb.gz' "$MEMPROF" diff --fail-on=alloc_space:+50% --one-run whole.pb.gz cut.pb.gz
    refused 2 '^memprof diff: .*cut.pb.gz' "$MEMPROF" diff --fail-on=alloc_space:+50% --one-run cut.pb.gz whole.pb.gz
done
part_needs go || exit 0
cat >heap.go <<'CODE'
package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

var kept [][]byte

//go:noinline
func keep(count int) {
	for i := 0; i < count; i++ {
		kept = append(kept, make([]byte, 1000))
	}
}

func write(name string) {
	runtime.GC()
	file, _ := os.Create(name)
	pprof.Lookup("heap").WriteTo(file, 0)
	file.Close()
}

func main() {
	runtime.MemProfileRate = 16384
	keep(20000)
	write("before.pb.gz")
	keep(20000)
	write("after.pb.gz")
}
CODE
GOCACHE=$PWD/cache GOPATH=$PWD/path GO111MODULE=off go build -o heap heap.go || skip_rest "go cannot build here"
./heap
diff_ 1 --sample=inuse_space --fail-on=inuse_space:+50% --one-run before.pb.gz after.pb.gz
has out '^Worse: 1 of 1 gates failed; inuse_space grew by \+.*MB \(\+[0-9.]+% \['
has out 'grew +main.keep'
diff_ 0 --fail-on=inuse_space:+50% --one-run after.pb.gz before.pb.gz
lacks out 'how large its objects are'
