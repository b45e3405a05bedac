# SPDX-License-Identifier: Apache-2.0
# Four threads, under ThreadSanitizer.  SOAK=1: longer.
exec "$B/tests/races/stress" segment $([[ ${SOAK:-} ]] && echo 100000 || echo 20000)
