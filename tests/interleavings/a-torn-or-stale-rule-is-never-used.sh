# SPDX-License-Identifier: Apache-2.0
# All interleavings of threads that learn and look up rules in one place of the cache, and
# of a library that is closed meanwhile.
set -e
for case in torn-rule torn-rules stale-rules displaced-rules; do "$B/tests/interleavings/cases" $case; done
