# SPDX-License-Identifier: Apache-2.0
# One line and status 2, nothing on stdout, and nothing left, whatever is wrong.
. "$SRC/tests/lib.sh"
quiet() {
    refused 2 "$@"
    is "output of a refusal" "" "$(cat out)"
}
quiet '^memprof tune: no program given; try' "$MEMPROF" tune
quiet '^memprof tune: .*no-such-program' "$MEMPROF" tune -- ./no-such-program
quiet '^memprof tune: --runs' "$MEMPROF" tune --runs=2 -- true
quiet '^memprof tune: no-such-file' "$MEMPROF" tune --settings=no-such-file -- true
quiet '^memprof tune: false: ended with status 1, and a run that fails says nothing' "$MEMPROF" tune -- false
# file TEXT REGEX: settings that make no sense.
file() {
    printf '%s\n' "$1" >settings
    quiet "^memprof tune: settings:?.*$2" "$MEMPROF" tune --settings=settings -- true
}
file '' 'has no settings'
file 'A=b' "1: 'A=b' has no name before it"
file 'name' "1: 'name' sets no variable"
file 'name A=b word' "1: 'word' is no VARIABLE=VALUE"
file $'name A=1 A=1 A=1 A=1 A=1 A=1 A=1 A=1 A=1' '1: more than 8 variables'
quiet '^memprof tune: .*: is a directory|^memprof tune: .*not a regular' "$MEMPROF" tune --settings=. -- true
TMPDIR=$PWD/none quiet '^memprof tune: .*none/memprof-tune-.*: No such file' "$MEMPROF" tune -- true
cat >waits <<'PROGRAM'
#!/bin/bash
echo $$ >pid
exec sleep 1000
PROGRAM
chmod +x waits
"$MEMPROF" tune --plain -- ./waits >out 2>err &
until_true test -s pid
kill -TERM $!
status=0
wait $! || status=$?
is "status after a signal" 2 "$status"
has err '^memprof tune: a signal came \(Terminated\)'
is "what is left in TMPDIR" "" "$(find "$TMPDIR" -name 'memprof-tune*')"
