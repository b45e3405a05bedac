# SPDX-License-Identifier: Apache-2.0
# slow: 40
# Plateaus that are climbed in four patterns by 1 to 64 threads, exact and sampled, in a fork's
# child and killed at the peak: the profile of the peak shows who held the highest one.  `make peaks`
# has many seeds.
. "$SRC/tests/lib.sh"
exec /usr/bin/python3 "$SRC/tests/numbers/plateaus.py" "${SEEDS:-1}"
