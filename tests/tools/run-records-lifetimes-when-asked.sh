# SPDX-License-Identifier: Apache-2.0
# run --lifetimes[=N]: one of 8 windows, or of N; what makes no sense is refused, from the environment, too; without it
# nothing is recorded.
. "$SRC/tests/lib.sh"
recorded() { # OPTIONS...: what inspect says of a process while it runs
    "$MEMPROF" run -q -i 1 "$@" -- sh -c "'$MEMPROF' inspect \$\$; true" >said
}
recorded
lacks said '^lifetimes$'
recorded --lifetimes
has said '^  followed +one of 8 windows of 4096 events$'
recorded --lifetimes=1
has said '^  followed +one of 1 windows of 4096 events$'
for nonsense in x -1 1025 8K ''; do
    refused 2 "^memprof run: --lifetimes: '$nonsense' is not a number of windows from 0 to 1024" "$MEMPROF" run --lifetimes=$nonsense -- true
done
MEMPROF_LIFETIMES=many refused 2 "^memprof run: MEMPROF_LIFETIMES: 'many' is not a number of windows" "$MEMPROF" run -- true
