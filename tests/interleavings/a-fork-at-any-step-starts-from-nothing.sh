# SPDX-License-Identifier: Apache-2.0
# A fork at every step of another thread, and from a signal handler at every step of an
# event: the child records on its own, its parent's state is as it was.
set -e
# At each step of the start takes minutes: FULL=1.
for case in fork ${FULL:+fork-at-start} fork-in-handler; do "$B/tests/interleavings/cases" $case; done
