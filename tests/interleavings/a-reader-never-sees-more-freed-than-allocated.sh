# SPDX-License-Identifier: Apache-2.0
# All interleavings of writers and a reader that sums what was freed, then what was
# allocated, one load at a time: inuse is never negative, alloc never falls.
set -e
for case in reader reader-twice; do "$B/tests/interleavings/cases" $case; done
