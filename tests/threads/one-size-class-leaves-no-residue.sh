# SPDX-License-Identifier: Apache-2.0
# Threads that get each other's addresses by malloc, realloc and free: at the end nothing
# is live, at every interval, and exactly so.
. "$SRC/tests/lib.sh"
for interval in 1 1 64 4K; do
    MEMPROF_INTERVAL=$interval MEMPROF_OUT=out.pb.gz profiled "$TARGETS/one_class"
    valid out.pb.gz
    is "live at $interval" "0 0" "$(counted out.pb.gz work | cut -d' ' -f3,4)"
    [[ $interval != 1 ]] || is "allocated" "368000 " "$(counted out.pb.gz work | cut -d' ' -f1) "
done
