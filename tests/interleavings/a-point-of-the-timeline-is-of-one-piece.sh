# SPDX-License-Identifier: Apache-2.0
# All interleavings of two threads that write one place of a ring, a turn apart, with a reader;
# and of two that come by in one step, of whom one writes.
set -e
for case in ring ring-once; do "$B/tests/interleavings/cases" $case; done
