# SPDX-License-Identifier: Apache-2.0
# Of simulated profiles, so many 95 % intervals hold the truth as docs/statistics.md says, and
# equal sites are rarely called different.  The random numbers are the same every time: it does not fail by chance.
. "$SRC/tests/lib.sh"
/usr/bin/python3 -c 'import numpy' 2>/dev/null || skip "no python3-scipy"
/usr/bin/python3 "$SRC/tests/statistics/cover.py" "$B/tests/statistics/ask" "$([[ ${FULL:-} ]] && echo 2000 || echo 300)"
