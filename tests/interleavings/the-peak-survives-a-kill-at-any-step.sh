# SPDX-License-Identifier: Apache-2.0
# A thread that rises and falls, killed at any step: the collector finds the highest total and
# what each site had then.
"$B/tests/interleavings/cases" peak
