# SPDX-License-Identifier: Apache-2.0
# slow: 40
# For every n the n-th mmap, mprotect, madvise, open, ftruncate... of the shim fails, once and
# from then on (SOAK=1: every n, else most), and so does each system call that the shim and
# memprof-end make without libc, from the start or from the end on: the program's output and
# status are the same; the profile is right, or the state counts what is missing, or a line, at
# most one, says that there is none.
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/calls/fails.py"
rm -f $(states) # of the last try
