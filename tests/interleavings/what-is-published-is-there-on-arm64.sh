# SPDX-License-Identifier: Apache-2.0
# slow: 5
# With memory as arm64 has it, where a thread's stores are seen in another order and loads give older
# values: what a reader or another thread finds published is all there (the state's head, sites,
# nodes, chunks, counters, totals, what is saved in an epoch, points of the timeline).
set -e
for case in counts one-owner totals site append counters-chunk epoch new-epoch savers shared-epoch ring \
    ring-twice header; do
    "$B/tests/interleavings/weak_cases" $case
done
