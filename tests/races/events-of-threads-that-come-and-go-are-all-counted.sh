# SPDX-License-Identifier: Apache-2.0
# Four threads, under ThreadSanitizer.  SOAK=1: longer.
exec "$B/tests/races/stress" events $([[ ${SOAK:-} ]] && echo 10000 || echo 300)
