# SPDX-License-Identifier: Apache-2.0
# slow: 10
# SIGKILL to the collector that a program starts at its exit, and to `memprof run`, at
# random moments: the program ends as it would, and either its profile is whole or its
# state gives it.  SOAK=1: more often.
. "$SRC/tests/lib.sh"
rounds=$([[ ${SOAK:-} ]] && echo 300 || echo 15)
/usr/bin/python3 "$SRC/tests/end/kills.py" collector 1 "$rounds" "${SEED:-3}"
/usr/bin/python3 "$SRC/tests/end/kills.py" run 1 "$((rounds / 2))" "${SEED:-4}"
