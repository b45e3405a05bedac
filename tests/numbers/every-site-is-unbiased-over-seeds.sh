# SPDX-License-Identifier: Apache-2.0
# slow: 50
# At 512K: the mean over many seeds of each site's four values against the truth.
. "$SRC/tests/lib.sh"
exec /usr/bin/python3 "$SRC/tests/numbers/seeds.py" "${SEEDS:-30}"
