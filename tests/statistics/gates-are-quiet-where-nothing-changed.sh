# SPDX-License-Identifier: Apache-2.0
# slow: 40
# Runs of one program against others of it, the same on every run or noisy, exact or sampled: no gate fails but for
# the rare chance that it admits.  Marks, noise and which runs are compared follow from fixed seeds: it does not
# fail by chance.  FULL=1 has real noise; 10 of 1000 pairs may fail there, of which 1 or less is expected (10^-8).
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/statistics/calibrate.py" "$B" quiet "$([[ ${FULL:-} ]] && echo long || echo short)"
