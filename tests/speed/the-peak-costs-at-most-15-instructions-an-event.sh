# SPDX-License-Identifier: Apache-2.0
# slow: 40
# What an event costs more than in a library that was built without the peak, in instructions.
. "$SRC/tests/lib.sh"
need valgrind
[[ $(uname -m) == x86_64 ]] || skip "the budget is of x86-64"
PYTHONPATH=$SRC/tests/bench PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$SRC/tests/bench/peak.py" 15
