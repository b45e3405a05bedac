# SPDX-License-Identifier: Apache-2.0
# slow: 50
# At 512K: the mean over many seeds of each site's four values against the truth.  The seeds are 1 to 30 (and fresh
# ones, fixed as well, for what is beyond three standard errors), and the program's threads run one after the
# other: the same profiles every time, so that it does not fail by chance.
. "$SRC/tests/lib.sh"
exec /usr/bin/python3 "$SRC/tests/numbers/seeds.py" "${SEEDS:-30}"
