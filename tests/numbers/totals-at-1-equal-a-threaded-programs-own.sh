# SPDX-License-Identifier: Apache-2.0
# Eight threads pass blocks between them, and count for themselves.
. "$SRC/tests/lib.sh"
for round in 1 2 3; do
    rm -f memprof.*
    MEMPROF_INTERVAL=1 profiled "$TARGETS/threads" >own
    dump "$(profile_of threads)" | awk '$6 ~ /^take@/ { for (n = 1; n <= 4; n++) sum[n] += $n }
        END { print sum[1], sum[2], sum[3], sum[4] }' >ours
    is "round $round" "$(cat own)" "$(cat ours)"
done
