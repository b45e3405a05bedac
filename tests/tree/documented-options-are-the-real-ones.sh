# SPDX-License-Identifier: Apache-2.0
# The README's table, the man pages, the shim and the commands know the same options.
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
for command in memprof $(ls tools | sed -n 's/^cmd_\(.*\)\.c$/\1/p'); do
    words=("$command") page=memprof-$command
    [[ $command != memprof ]] || words=() page=memprof
    "$MEMPROF" "${words[@]}" --help >"$TMPDIR/help"
    has "$TMPDIR/help" '^Usage: memprof'
    has <("$MEMPROF" "${words[@]}" --version) '^memprof .*[0-9]'
    (cd "$TMPDIR" && refused 2 "^memprof.* unknown option '--frob'; try" "$MEMPROF" "${words[@]}" --frob)
    # The help and the man page have the same long options.
    sed 's/\\-/-/g' "docs/man/$page.1" >"$TMPDIR/page"
    for flag in $(grep -oE '^ {2,8}(-., )?--[a-z-]+' "$TMPDIR/help" | grep -oE -- '--[a-z-]+'); do
        has "$TMPDIR/page" "$flag"
    done
    [[ $command == memprof ]] || has <("$MEMPROF" --help) "^  $command "
done
