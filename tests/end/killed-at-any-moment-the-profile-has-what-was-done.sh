# SPDX-License-Identifier: Apache-2.0
# slow: 15
# SIGKILL to a program of four threads at random moments: the profile is valid, and its
# totals lie between what the program had published before and after each call.  SOAK=1:
# a thousand times.
. "$SRC/tests/lib.sh"
rounds=$([[ ${SOAK:-} ]] && echo 1000 || echo 30)
/usr/bin/python3 "$SRC/tests/end/kills.py" target 1 "$rounds" "${SEED:-1}"
/usr/bin/python3 "$SRC/tests/end/kills.py" target 512K "$rounds" "${SEED:-2}"
