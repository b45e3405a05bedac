# SPDX-License-Identifier: Apache-2.0
# Of two sampled profiles, the interval of the difference covers no less than Miettinen's and Nurminen's, and is not
# wider; that of the ratio covers 94 % and more.  By summing over all outcomes: nothing is drawn at random.
. "$SRC/tests/lib.sh"
/usr/bin/python3 -c 'import scipy' 2>/dev/null || skip "no python3-scipy"
/usr/bin/python3 "$SRC/tests/statistics/difference.py" "$B/tests/statistics/ask"
