# SPDX-License-Identifier: Apache-2.0
# It runs before ours, and then starts a thread, forks, execs, exits, or has a dlerror
# pending: same, and every block is there.
. "$SRC/tests/lib.sh"
cat >main.c <<'C'
#include <stdlib.h>
void early_end(void);
int main(int argc, char **argv)
{
    early_end();
    return argv[0] ? 5 + argc : 0;
}
C
gcc -g main.c -o main "$TARGETS/libearly.so"
# For each way: its status, and per process the blocks of early_work and of early_thread.
while read -r way status work threads; do
    rm -f memprof.* && export EARLY=$way
    same_with_and_without ./main
    is "status of $way" "$status" "$(status_of ./main)"
    rm -f memprof.* && rm -f $(states)
    MEMPROF_INTERVAL=1 status_of profiled ./main >/dev/null
    "$MEMPROF" collect --all >/dev/null 2>&1 || fail "cannot collect what is left by $way"
    for profile in $(profiles); do
        valid "$profile"
        is "$way" "$work" "$(counted "$profile" early_work | cut -d' ' -f1,2 | tr ' ' :)"
        is "the thread of $way" "$threads" "$(counted "$profile" early_thread | cut -d' ' -f1,2 | tr ' ' :)"
        meta "$profile" | grep -m 1 '^mapping' | grep -q "/main " || fail "the first mapping of $way is not the program"
    done
    [[ $(profiles) ]] || fail "no profile of $way"
    [[ $way != fork ]] || is "profiles of $way" 2 "$(profiles | wc -w)"
done <<'WAYS'
nothing 6 100:100000 0:0
dlerror 6 100:100000 0:0
thread 6 100:100000 1000:10000
fork 6 100:100000 0:0
exec 7 100:100000 0:0
exit 9 100:100000 0:0
_exit 9 100:100000 0:0
clearenv 6 100:100000 0:0
WAYS
# exit in a constructor gives the profile at once.
rm -f memprof.*
EARLY=exit MEMPROF_INTERVAL=1 status_of profiled ./main >/dev/null
[[ $(profiles) && -z $(states) ]] || fail "no profile by exit" $(states)
