# SPDX-License-Identifier: Apache-2.0
# All interleavings of threads that free an address, get it again and pass it on.
set -e
for case in reuse live-reuse live-filter; do "$B/tests/interleavings/cases" $case; done
