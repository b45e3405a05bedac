# SPDX-License-Identifier: Apache-2.0
# Four threads, under ThreadSanitizer.  SOAK=1: longer.
exec "$B/tests/races/stress" shared $([[ ${SOAK:-} ]] && echo 300000 || echo 20000)
