# SPDX-License-Identifier: Apache-2.0
# slow: 10
# A C program whose C++ plugin throws: the unwinder that it finds is libgcc's, not one that
# we brought, and a throw takes as many instructions (by callgrind) as without us.
. "$SRC/tests/lib.sh"
need valgrind
cat >throws.cc <<'CXX'
extern "C" int plugin_run()
{
    int caught = 0;
    for (int n = 0; n < 6000; n++)
        try {
            throw n;
        } catch (int) {
            caught++;
        }
    return caught;
}
CXX
g++ -O1 -shared -fPIC throws.cc -o libthrow.so
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$TARGETS/opens" ./libthrow.so 2>err >out
    is caught 6000 "$(cat out)"
    sed -n 's/.*Collected : //p' err
}
plain=$(instructions)
ours=$(MEMPROF_COLLECTOR=none LD_PRELOAD=$SHIM instructions)
echo "instructions: $plain plain, $ours with us"
[[ $((ours * 100)) -le $((plain * 103)) ]] || fail "a throw costs more: $ours instead of $plain instructions"
LD_DEBUG=bindings profiled "$TARGETS/opens" ./libthrow.so 2>&1 >/dev/null | grep 'symbol `_Unwind_RaiseException' >bound
every bound . 'to [^ ]*/libgcc_s\.so'
rm -f "$MEMPROF_DIR"/*.state # of what valgrind started by exec
