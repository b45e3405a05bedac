# SPDX-License-Identifier: Apache-2.0
# Settings of a file take the place of the known ones; what the user has in a variable stays in it; the program
# gets no input, and its output goes nowhere.
. "$SRC/tests/lib.sh"
cat >mine <<'SETTINGS'
# a comment, and an empty line

one GLIBC_TUNABLES=glibc.malloc.arena_max=1 OTHER=x
two LD_PRELOAD=libdl.so.2 OTHER=y
bad OTHER=fails
SETTINGS
cat >prints <<'PROGRAM'
#!/bin/bash
echo "$GLIBC_TUNABLES|${LD_PRELOAD//*\/libmemprof.so/SHIM}|$OTHER|$MINE|$(cat | wc -c)" >>seen
echo out
[[ $OTHER != fails ]]
PROGRAM
chmod +x prints
GLIBC_TUNABLES=glibc.malloc.tcache_count=3 LD_PRELOAD=libm.so.6 MINE=kept "$MEMPROF" tune --runs=3 --plain --settings=mine -- ./prints >out 2>err <"$0"
lacks out '^out$'
LC_ALL=C sort seen | uniq -c | sed 's/^ *//' >each
is "what each run saw" "4 glibc.malloc.tcache_count=3:glibc.malloc.arena_max=1|libm.so.6|x|kept|0
4 glibc.malloc.tcache_count=3|libdl.so.2:libm.so.6|y|kept|0
1 glibc.malloc.tcache_count=3|libm.so.6|fails|kept|0
4 glibc.malloc.tcache_count=3|libm.so.6||kept|0" "$(cat each)"
has out '^  bad is left out: the program fails with it\.$'
rm seen
"$MEMPROF" tune --runs=3 --settings=mine -- ./prints >out 2>err
has seen '^glibc.malloc.arena_max=1\|SHIM\|x\|\|0$'
has seen '^\|SHIM:libdl.so.2\|y\|\|0$'
