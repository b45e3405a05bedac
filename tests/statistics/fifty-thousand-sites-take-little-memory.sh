# SPDX-License-Identifier: Apache-2.0
# slow: 30
# Ten runs a side of 50 000 call sites are compared in 200 MiB, whether they are the same or others.
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/statistics/calibrate.py" "$B" many "$([[ ${FULL:-} ]] && echo long || echo short)"
