# SPDX-License-Identifier: Apache-2.0
# Blocks that die in the function that allocated them, in its caller, by a tail call, in a later call of
# the same function, by growth through realloc and by hand, or not at all; and where a table of jumps leads from the
# allocation to the free, or it lies in a loop whose function is called in a loop, so that the owner is doubted.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_LIFETIMES=1 MEMPROF_COLLECTOR=none
profiled "$TARGETS/lives" local 100 caller 100 tail 100 next 100 grows 10 moves 10 kept 30 table 60 pieces 60
state=$(one $(states))
# is_so SIZE TEXT...: the stack whose blocks have this size says each text.
is_so() {
    local line size=$1
    lives "$state" "$size" >line
    read -r line <line
    for text in "${@:2}"; do
        [[ "$line;" == *"$text"* ]] || fail "blocks of $size bytes: no '$text' in: $line"
    done
}
is_so 24 'followed 100, censored 0, unfollowed 0, crossed 0' 'live 0 at most 1' 'began at 1:99 15:1;' 'ended at 0:100;' 'age 0:100;'
is_so 25 'began at 2:99 15:1;' 'ended at 1:100;' 'slack 1500 bytes'
is_so 26 'began at 1:99 15:1;' 'ended at 0:100;'
is_so 27 'live 1 at most 2' 'ended at 1:99;' 'replaced by larger 0'
is_so 38 'ended at 1:60;'
[[ $(uname -m) != x86_64 ]] || is_so 38 'doubted 60;' # elsewhere gcc makes comparisons of so small a table
[[ $(lives "$state" 24) != *doubted* && $(lives "$state" 25) != *doubted* ]] || fail "an owner is doubted without a table"
is_so 39 'followed 60' 'doubted 59;'
is_so 41 'followed 60' 'doubted 59;'
is_so 42 'followed 60' 'ended at 1:59;'
is_so 36 'followed 30' 'live 30 at most 30'
[[ $(lives "$state" 36) != *ended* ]] || fail "what is kept has ended"
"$MEMPROF" inspect --stacks "$state" >out
has out '^ +live 0 at most 1, sizes 30 to 300, '
has out '^ +reallocated to 90, from 90, moved [0-9]+ \([0-9]+ bytes\); 10 chains, longest 9$'
has out '^ +replaced by larger 80 \(13640 bytes\), by others 0 \(0 bytes\)$'
has out '^  followed +one of 1 windows of 4096 events$'
lost=$(sed -n 's/^ *no room for lifetimes *//p' out)
is "what was lost" 0 "$lost"
rm "$state"
