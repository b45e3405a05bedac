# SPDX-License-Identifier: Apache-2.0
# slow: 25
# For every n the n-th mmap, mprotect, madvise, open, ftruncate, clone... of the shim
# fails, once and from then on (SOAK=1: every n, else most): the program's output and status are the same; the
# profile is right, or the state counts what is missing, or one line says that there is none.
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/calls/fails.py"
