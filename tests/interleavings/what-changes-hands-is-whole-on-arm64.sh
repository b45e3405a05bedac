# SPDX-License-Identifier: Apache-2.0
# slow: 5
# With memory as arm64 has it: records of how blocks live, a context and a shard that one thread has
# after another, counters, chunks and levels of tables that another thread made, an index, the process's
# start and rules of the unwinder are found whole.
set -e
for case in life freed-at borrowed handed-back shared-counters record ready level new-shards \
    index index-entry index-again index-equal torn-rule stale-rules; do
    "$B/tests/interleavings/weak_cases" $case
done
