# SPDX-License-Identifier: Apache-2.0
# Four threads, under ThreadSanitizer.  SOAK=1: longer.
exec "$B/tests/races/stress" sites $([[ ${SOAK:-} ]] && echo 3000000 || echo 100000)
