# SPDX-License-Identifier: Apache-2.0
# slow: 15
# Buffers that node and java allocate off their heaps: the functions of the script and of the
# class are in the stacks, and 99 % of the bytes stand on whole stacks.
. "$SRC/tests/lib.sh"
[[ $(uname -m) == x86_64 ]] || skip "frame pointers are followed on x86-64"
export MEMPROF_INTERVAL=1K
trap 'rm -f /tmp/perf-$(cat pid).map' EXIT
# named PROFILE COMMAND...: its process leaves a map.
named() {
    MEMPROF_OUT=$1 SHIM=$SHIM sh -c 'echo $$ >pid; LD_PRELOAD=$SHIM exec "$@"' sh "${@:2}" >/dev/null
    valid "$1"
    /usr/bin/python3 "$SRC/tests/roots.py" "$1" || fail "stacks are cut"
    dump "$1" >frames
    rm -f "/tmp/perf-$(cat pid).map"
}
echo 0 >pid
if part_needs node; then
    cat >a.js <<'END'
function allocateBuffers(n) { const kept = []; for (let i = 0; i < n; i++) kept.push(Buffer.alloc(20000 + i % 7, 1)); return kept.length; }
function outerLoop() { let s = 0; for (let i = 0; i < 30; i++) s += allocateBuffers(100); return s; }
console.log(outerLoop());
END
    named node.pb.gz node --perf-basic-prof a.js
    has frames 'BackingStore.* (JS|Function|LazyCompile):[*^~]?allocateBuffers_[^ ]*/a.js:1'
fi
if part_needs java && part_needs javac; then
    cat >Direct.java <<'END'
import java.nio.ByteBuffer;
public class Direct {
    static ByteBuffer allocateOne(int bytes) { return ByteBuffer.allocateDirect(bytes); }
    static int allocateMany(int n) { int s = 0; for (int i = 0; i < n; i++) s += allocateOne(10000 + i % 5).capacity(); return s; }
    public static void main(String[] a) { int s = 0; for (int i = 0; i < 200; i++) s += allocateMany(100); System.out.println(s); }
}
END
    javac Direct.java
    named java.pb.gz java -XX:+PreserveFramePointer -XX:+UnlockDiagnosticVMOptions -XX:+DumpPerfMapAtExit Direct
    has frames 'Unsafe.allocateMemory.* [^ ]*Direct[.](main|allocateMany|allocateOne)[^ ]*'
fi
