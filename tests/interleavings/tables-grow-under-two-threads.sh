# SPDX-License-Identifier: Apache-2.0
# All interleavings of two threads that need more room at once: chunks of the state, private
# memory, the next level of an index and of the live table.  And of three that want the last of
# the state, which is promised to one site's counters.
set -e
for case in growth counters promised arena index index-equal live-growth; do "$B/tests/interleavings/cases" $case; done
