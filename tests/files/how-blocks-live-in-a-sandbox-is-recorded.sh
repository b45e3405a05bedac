# SPDX-License-Identifier: Apache-2.0
# In a seccomp sandbox, where nothing can be mapped any more, lifetimes go on: of stacks that were there before and of new
# ones, of 3000 of these, of blocks that cross threads, though a thread that began there is not followed, since where its
# stack lies cannot be asked; nothing is lost.  What finds no room in a state that is too small is counted.
. "$SRC/tests/lib.sh"
[[ $(uname -m) == x86_64 ]] || skip "activations are told apart on x86-64"
export MEMPROF_INTERVAL=1 MEMPROF_LIFETIMES=1 MEMPROF_COLLECTOR=none
is status 0 "$(LD_PRELOAD=$SHIM status_of "$TARGETS/lives" local 50 sandbox 1 local 50 caller 100 cross 100 moves 10 kept 30)"
state=$(one $(states))
for said in '24 ended at 0:100;' '25 ended at 1:100;' '36 live 30 at most 30'; do
    [[ "$(lives "$state" "${said%% *}");" == *"${said#* }"* ]] || fail "not '$said' but $(lives "$state" "${said%% *}")"
done
"$MEMPROF" inspect "$state" >inspected
has inspected '^  crossed +100$'
rm "$state"
LD_PRELOAD=$SHIM "$TARGETS/sandbox" prctl >/dev/null || true
"$MEMPROF" inspect "$(one $(states))" >inspected
has inspected '^  allocations  4001, of which ended 1, censored 0, unfollowed 0$'
lacks inspected '^ *(live table full|no \w.*|growth refused) +[1-9]'
rm "$(states)"
MEMPROF_STATE_MAX=1M profiled "$TARGETS/sandbox" prctl >/dev/null || true
"$MEMPROF" inspect "$(one $(states))" >inspected
has inspected '^  allocated +4001 objects'
followed=$(sed -nE 's/^  allocations +([0-9]+),.*/\1/p' inspected)
lost=$(awk '/^ *no room for (a site|a stack|lifetimes) / { sum += $NF } END { print sum }' inspected)
is "followed or lost" 4001 $((followed + lost))
[[ $lost -gt 1000 ]] || fail "only $lost are lost"
rm "$(states)"
