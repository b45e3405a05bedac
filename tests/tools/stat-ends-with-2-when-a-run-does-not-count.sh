# SPDX-License-Identifier: Apache-2.0
# A run that fails, loses events, records nothing or leaves processes behind ends it with status 2;
# then there is no directory, no half of one and no state.
. "$SRC/tests/lib.sh"
fails() { # REGEX COMMAND...
    is "status of ${*:2}" 2 "$(status_of "$MEMPROF" stat -n 2 -o kept "${@:2}")"
    has err "$1"
    is "left of ${*:2}" "" "$(ls -A --ignore={out,err,script,own})"
    [[ -z $(states) ]] || fail "left" $(states)
}
fails 'run 1 of 4: .*/ends ended with status 3' -- "$TARGETS/ends" exit
fails 'run 1 of 4: sh ended with signal 9' -- sh -c 'kill -9 $$'
fails 'run 1 of 6: false ended with status 1' --warmup=2 -- false
# The second plain run fails: it is the fourth.
cat >script <<'SCRIPT'
n=$(($(cat own 2>/dev/null || echo 0) + 1))
echo $n >own
[ $n -ne 4 ]
SCRIPT
fails 'run 4 of 4: sh ended with status 1' -- sh script
fails 'no profile: malloc is provided by' -- "$TARGETS/own_malloc"
fails 'run 1 of 4: .*nothing allocated nothing' -- "$TARGETS/nothing"
fails 'lost [0-9]+ events' --state-max=1M -- "$TARGETS/many_sites" 200000
fails 'no_such_program' -- ./no_such_program
# A process that lives on leaves its state to who comes, when it ends.
is "status with a process left behind" 2 "$(status_of "$MEMPROF" stat -n 1 -o kept -- sh -c 'sleep 1000 & echo $! >pid')"
has err 'sh has ended, and 1 process that it started still runs; try'
[[ ! -e kept ]] || fail "a directory"
kill "$(cat pid)"
# In a plain run as well, and a daemon that forked twice; one that has ended is none, and the
# program sees that it has.
is "status with a daemon" 2 "$(status_of "$MEMPROF" stat -n 1 -o kept -- sh -c '(setsid sleep 1000 & echo $! >pid)')"
has err '1 process that it started still runs'
kill "$(cat pid)"
is "status with one that has ended" 0 "$(status_of "$MEMPROF" stat -n 2 -o kept -- \
    sh -c '(sleep 0 & echo $! >pid); while kill -0 $(cat pid) 2>/dev/null; do :; done')"
until_true "$MEMPROF" collect --prune=0s
