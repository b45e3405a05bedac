# SPDX-License-Identifier: Apache-2.0
# slow: 90
# The collector reads what others write: its unit tests again, with ASan and UBSan.
. "$SRC/tests/lib.sh"
cd "$SRC"
flags="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
${MAKE:-make} -s -j2 B="$B/asan" CFLAGS="$flags" collector tools collector-tests >"$TMPDIR/log" 2>&1 || {
    tail -n 30 "$TMPDIR/log"
    fail "the build with sanitizers fails"
}
for test in "$B"/asan/tests/unit/test_*; do
    [[ -x $test && ${test##*/} != *.* ]] || continue
    (cd "$TMPDIR" && ASAN_OPTIONS=detect_leaks=1 "$test") >"$TMPDIR/log" 2>&1 || {
        tail -n 60 "$TMPDIR/log"
        fail "$(basename "$test") fails under the sanitizers"
    }
done
