# SPDX-License-Identifier: Apache-2.0
# slow: 40
# Runs of one program against others of it, the same on every run or noisy, exact or sampled: no gate fails but for
# the rare chance that it admits.
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/statistics/calibrate.py" "$B" quiet "$([[ ${FULL:-} ]] && echo long || echo short)"
