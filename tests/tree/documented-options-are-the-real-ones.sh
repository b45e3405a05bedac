# SPDX-License-Identifier: Apache-2.0
# The README's table, the man page, the shim and `memprof run` know the same options.
. "$SRC/tests/lib.sh"
cd "$SRC"
grep -ohE '"MEMPROF_[A-Z_]+=?"' preload/{,*/}*.[ch] collector/{,*/}*.[ch] | tr -d '"=' | sort -u | grep -vE 'MEMPROF_(RUN|VERSION|DEBUG_DIR)$' >"$TMPDIR/read"
grep -oE '^\| *`?MEMPROF_[A-Z_]+' README.md | grep -oE 'MEMPROF_[A-Z_]+' | sort -u >"$TMPDIR/documented"
diff "$TMPDIR/read" "$TMPDIR/documented" || fail "options read by the shim or the collector (<) are not those of the README's table (>)"
while read -r option; do
    grep -q "$option" docs/man/memprof-run.1 docs/man/memprof.1 || fail "no man page tells of $option"
done <"$TMPDIR/documented"
"$MEMPROF" run --help >"$TMPDIR/help"
for flag in $(grep -E '^\| *`?MEMPROF_' README.md | grep -oE -- '--[a-z-]+' | sort -u); do
    has "$TMPDIR/help" "[[:space:],]$flag"
done
for command in memprof run collect top inspect; do
    case $command in memprof) words=() ;; *) words=("$command") ;; esac
    "$MEMPROF" "${words[@]}" --help >"$TMPDIR/help"
    has "$TMPDIR/help" '^Usage: memprof'
    has <("$MEMPROF" "${words[@]}" --version) '^memprof .*[0-9]'
done
