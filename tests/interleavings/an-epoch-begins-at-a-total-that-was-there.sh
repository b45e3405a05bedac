# SPDX-License-Identifier: Apache-2.0
# All interleavings of two threads that look at the totals at each event, and of one that sums
# while the other comes and goes: what is said to be the peak was there, but for one event.
set -e
for case in looks sleeper; do "$B/tests/interleavings/cases" $case; done
