# SPDX-License-Identifier: Apache-2.0
# Four threads, under ThreadSanitizer.  SOAK=1: longer.
exec "$B/tests/races/stress" live $([[ ${SOAK:-} ]] && echo 10000000 || echo 300000)
