# SPDX-License-Identifier: Apache-2.0
# slow: 5
# Epochs that begin at every step of events of two threads, in shards of their own and in the shared
# one, there with a handler between what an event claims and what it saves, too; killed at
# any step: the collector finds what each site had when the last epoch began, or knows that it
# does not.  The same for a collector that reads meanwhile.
set -e
for case in epoch savers late-savers saver-in-handler late-saver-in-handler peak-reader shared-peak-reader; do
    "$B/tests/interleavings/cases" $case
done
