# SPDX-License-Identifier: Apache-2.0
# One window in very many is followed, which is the first.  What begins later and comes again soon is
# followed nevertheless, until enough of it is known; what comes once in a long time is not.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_LIFETIMES=1000 MEMPROF_COLLECTOR=none MEMPROF_SEED=1
profiled "$TARGETS/lives" local 4000 caller 2000 local 1000 kept 1 local 1000 kept 1
state=$(one $(states))
[[ $(lives "$state" 25) =~ followed\ ([0-9]+),\ censored\ ([0-9]+) ]] || fail "caller: $(lives "$state" 25)"
echo "of a caller's 2000 blocks ${BASH_REMATCH[1]} were followed, ${BASH_REMATCH[2]} censored"
[[ ${BASH_REMATCH[1]} -ge 64 && ${BASH_REMATCH[1]} -le 200 ]] || fail "not between 64 and 200"
[[ ${BASH_REMATCH[2]} -le 2 ]] || fail "they lived for a moment, and were censored"
[[ $(lives "$state" 25) =~ ended\ at\ 1:[0-9]+\; ]] || fail "their owner is not the caller: $(lives "$state" 25)"
[[ $(lives "$state" 36) == *"followed 0,"* ]] || fail "what is rare was followed: $(lives "$state" 36)"
rm "$state"
