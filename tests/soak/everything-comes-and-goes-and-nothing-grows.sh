# SPDX-License-Identifier: Apache-2.0
# slow: 15
# Threads, forks and libraries that come and go, at interval 512K: the shim's memory and the
# state stay as large as they were, nothing is lost.  SOAK=1: 20000 rounds.
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/soak/soak.py" 512K "$([[ ${SOAK:-} ]] && echo 20000 || echo 300)"
