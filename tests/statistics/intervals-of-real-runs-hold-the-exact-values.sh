# SPDX-License-Identifier: Apache-2.0
# slow: 30
# Of sampled runs, so many 95 % intervals hold what the same run at interval 1 has.  The program does the same every
# time and each run has a fixed seed: it does not fail by chance.
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/statistics/calibrate.py" "$B" covers "$([[ ${FULL:-} ]] && echo long || echo short)"
