# SPDX-License-Identifier: Apache-2.0
# slow: 10
# All interleavings of two threads that begin and end, with and without a shard to take over,
# or that share one because all are in use.
set -e
for case in new-owners next-owner shared; do "$B/tests/interleavings/cases" $case; done
