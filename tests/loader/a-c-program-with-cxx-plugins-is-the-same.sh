# SPDX-License-Identifier: Apache-2.0
# The program has no libstdc++; its plugin brings one, or operators new and delete of its own.
. "$SRC/tests/lib.sh"
for plugin in libthrows libprivate_new; do
    "$TARGETS/opens" "$TARGETS/$plugin.so" >plain
    for interval in 1 512K; do
        MEMPROF_INTERVAL=$interval profiled "$TARGETS/opens" "$TARGETS/$plugin.so" >ours 2>err
        diff plain ours || fail "$plugin behaves otherwise"
        is messages "" "$(cat err)"
    done
done
valid $(profiles)
