# SPDX-License-Identifier: Apache-2.0
# All interleavings of two threads that each record a life of a block: the state after each
# step, as a kill there leaves it, is read by the collector, and has what was done, nothing
# that was not begun, and no site with more freed than allocated.
set -e
for case in start usual-event new-site new-sites; do "$B/tests/interleavings/cases" $case; done
