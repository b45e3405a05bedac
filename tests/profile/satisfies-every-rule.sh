# SPDX-License-Identifier: Apache-2.0
# One gzip member, UTF-8, types, period, ids in order, four values, unique keys, pages,
# flags: tests/pprof.py check.  C, C++ with plugins, threads, an empty argument list.
. "$SRC/tests/lib.sh"
began=$(date +%s)
for interval in 1 4K 512K; do
    export MEMPROF_INTERVAL=$interval
    profiled "$TARGETS/names" "$TARGETS/libplugin_one.so" "$TARGETS/libplugin_two.so"
    profiled "$TARGETS/threads" >/dev/null
    profiled "$TARGETS/sites" >/dev/null
done
valid $(profiles)
for file in $(profiles); do
    pprof -raw "$file" >raw || fail "pprof cannot read $file"
done
time=$(sed -n 's/^Time: //p' raw)
seconds=$(date -d "${time% UTC}" +%s)
[[ $seconds -ge $began && $seconds -le $(date +%s) ]] || fail "its time is $time"
