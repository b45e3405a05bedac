# SPDX-License-Identifier: Apache-2.0
# Distributions, intervals and tests are those of scipy, or of a second derivation with its
# root finders.  What is asked is the same every time: it does not fail by chance.
. "$SRC/tests/lib.sh"
/usr/bin/python3 -c 'import scipy' 2>/dev/null || skip "no python3-scipy"
/usr/bin/python3 -W ignore "$SRC/tests/statistics/agree.py" "$B/tests/statistics/ask"
