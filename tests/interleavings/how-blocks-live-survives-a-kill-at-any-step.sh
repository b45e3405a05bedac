# SPDX-License-Identifier: Apache-2.0
# slow: 15
# All interleavings of two threads whose events are followed: that meet at a stack, that free each other's
# blocks, a thread that takes over a shard, with a handler at every step, and a fork while tables grow, after which the
# child knows of its own blocks alone.  After each step, as a kill there
# leaves it, the collector finds how blocks lived: nothing that was not begun, and all that was done.
set -e
for case in event new-stack crossing next-owner handler fork fork-in-handler; do "$B/tests/interleavings/cases" lives-$case; done
