# SPDX-License-Identifier: Apache-2.0
# C code that Go calls runs on a stack of the thread's own: its frames are there, then
# runtime.asmcgocall, which changed stacks, then [truncated].
. "$SRC/tests/lib.sh"
need go
[[ $(uname -m) == x86_64 ]] || skip "frames without unwind information are followed on x86-64"
cat >program.go <<'END'
package main

// #include <stdlib.h>
// __attribute__((noinline)) static void *grab(int n) { void *volatile p = malloc(n); return p; }
import "C"

//go:noinline
func outer(n int) {
	for i := 0; i < n; i++ {
		C.free(C.grab(5000))
	}
}
func main() { outer(50) }
END
GOCACHE=$PWD/cache GOPATH=$PWD/path GO111MODULE=off go build -o program program.go || skip "go cannot build with cgo here"
MEMPROF_INTERVAL=1 profiled ./program
MEMPROF_INTERVAL=1 "$MEMPROF" collect -o out.pb.gz "$(one $(states))" >/dev/null # it ended by exit_group
valid out.pb.gz
is "blocks of grab" "50 250000 0 0" "$(counted out.pb.gz grab)"
dump out.pb.gz >dumped
every dumped ' grab@' ' grab@[^ ]* _cgo_[^ ]* runtime.asmcgocall@[^ ]*( [^ ]*)? \[truncated\]@'
