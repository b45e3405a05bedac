# SPDX-License-Identifier: Apache-2.0
# slow: 20
# A site that allocates 5 % more is named among 200, by five runs a side at interval 1, of a program that does
# the same every time and of a noisy one.  The noise has fixed seeds: a failure is no chance.
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/statistics/calibrate.py" "$B" power "$([[ ${FULL:-} ]] && echo long || echo short)"
