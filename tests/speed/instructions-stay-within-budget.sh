# SPDX-License-Identifier: Apache-2.0
# slow: 30
# What a malloc/free pair costs at the default interval and what an event costs at 1, in
# instructions: the same numbers on every run, no clock.  `budget` has what is allowed.
. "$SRC/tests/lib.sh"
need valgrind
[[ $(uname -m) == x86_64 ]] || skip "the budget is of x86-64"
PYTHONPATH=$SRC/tests/bench PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$SRC/tests/bench/budget.py" "$SRC/tests/speed/budget"
