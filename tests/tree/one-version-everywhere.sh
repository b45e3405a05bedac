# SPDX-License-Identifier: Apache-2.0
# The Makefile's VERSION is the only place: all else has it from there, and NEWS begins with it.
. "$SRC/tests/lib.sh"
cd "$SRC"
version=$(sed -n 's/^VERSION := \([0-9.]*\).*/\1/p' Makefile)
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "the Makefile has no VERSION"
is "memprof --version" "memprof $version" "$("$MEMPROF" --version)"
is "memprof-collect --version" "memprof-collect $version" "$("$COLLECT" --version)"
is "the newest entry of debian/changelog" "$version" "$(sed -n '1s/^memprof (\([0-9.]*\)-.*/\1/p' debian/changelog)"
is "the newest entry of NEWS" "$version" "$(grep -oEm1 '^[0-9]+\.[0-9]+\.[0-9]+' NEWS)"
(cd "$TMPDIR" && MEMPROF_INTERVAL=1 profiled "$TARGETS/ends" exit) || true
has <("$MEMPROF" top "$TMPDIR"/memprof.ends.*.pb.gz) "^memprof: version $version\$"
${MAKE:-make} -s B="$B" install DESTDIR="$TMPDIR/installed" PREFIX=/usr >/dev/null 2>&1
for page in "$TMPDIR"/installed/usr/share/man/man1/*.1; do
    has "$page" "^\.TH .* \"memprof $version\""
done
found=$(git ls-files -- . ':!NEWS' ':!Makefile' ':!debian' ':!*package-lock.json' | xargs grep -nF "$version" -- | grep -vE '^docs/performance|Debian|glibc|elfutils' || true)
[[ -z $found ]] || fail "the version stands elsewhere, too: $found"
