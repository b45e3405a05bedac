# SPDX-License-Identifier: Apache-2.0
# slow: 30
# Objects, JSON, regular expressions, threads, an exception - with Python's own arenas.
. "$SRC/tests/lib.sh"
. "$SRC/tests/programs/python3.inc"
compare work 'python3*' 512K:large 64K:large 1:small
