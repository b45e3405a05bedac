# SPDX-License-Identifier: Apache-2.0
# A handler that allocates and frees, at every step of an event and of the other thread.
set -e
"$B/tests/interleavings/cases" signal
