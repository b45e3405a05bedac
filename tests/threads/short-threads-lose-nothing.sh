# SPDX-License-Identifier: Apache-2.0
# slow: 10
# 10 000 threads, each with its own few blocks, freed by thread-specific destructors.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/short_threads" 10000
dump "$(profile_of short_threads)" | awk '$6 ~ /^body@/ { a += $1; b += $2; c += $3; d += $4 } END { print a, b, c, d }' >sum
is "body" "30000 3000000 0 0" "$(cat sum)"
