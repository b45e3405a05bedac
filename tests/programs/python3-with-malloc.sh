# SPDX-License-Identifier: Apache-2.0
# slow: 30
# The same with PYTHONMALLOC=malloc: every object is a block of its own.
. "$SRC/tests/lib.sh"
. "$SRC/tests/programs/python3.inc"
export PYTHONMALLOC=malloc
compare work 'python3*' 512K:large 64K:large 1:small
