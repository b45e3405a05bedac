# SPDX-License-Identifier: Apache-2.0
# slow: 8
# Threads, forks and libraries that come and go, at interval 1: the shim's memory and the
# state stay as large as they were, nothing is lost.  SOAK=1: 4000 rounds.
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/soak/soak.py" 1 "$([[ ${SOAK:-} ]] && echo 4000 || echo 150)"
