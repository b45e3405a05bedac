# SPDX-License-Identifier: Apache-2.0
# A fork at every step of another thread, and from a signal handler at every step of an
# event: the child records on its own, its parent's state is as it was.
set -e
for case in fork fork-at-start fork-in-handler; do "$B/tests/interleavings/cases" $case; done
