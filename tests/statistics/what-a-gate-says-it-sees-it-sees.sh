# SPDX-License-Identifier: Apache-2.0
# slow: 40
# A site that grows by 5 % is named among 200; one that grows by what its gate says it sees fails it as often as
# it says.
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/statistics/calibrate.py" "$B" power "$([[ ${FULL:-} ]] && echo long || echo short)"
