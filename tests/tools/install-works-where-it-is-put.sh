# SPDX-License-Identifier: Apache-2.0
# `make install` below a DESTDIR: the installed command finds its library and collector.
. "$SRC/tests/lib.sh"
root=$TMPDIR/root
${MAKE:-make} -s -C "$SRC" B="$B" install PREFIX=/opt/memprof DESTDIR="$root" >said
for file in lib/libmemprof.so.0 lib/libmemprof.so bin/memprof bin/memprof-collect bin/memprof-symbols share/man/man1/memprof.1 share/man/man1/memprof-run.1 share/doc/memprof/NOTICE; do
    [[ -s $root/opt/memprof/$file ]] || fail "$file was not installed"
done
# Moved, it still works: nothing of the build directory is in it.
mv "$root/opt/memprof" "$TMPDIR/elsewhere"
is status 3 "$(status_of "$TMPDIR/elsewhere/bin/memprof" run -i 1 -- "$TARGETS/ends" exit)"
valid "$(profile_of ends)"
rm memprof.*
MEMPROF_INTERVAL=1 LD_PRELOAD=$TMPDIR/elsewhere/lib/libmemprof.so "$TARGETS/ends" exit || true
valid "$(profile_of ends)"
${MAKE:-make} -s -C "$SRC" B="$B" install PREFIX=/opt/memprof DESTDIR="$root" >said
${MAKE:-make} -s -C "$SRC" B="$B" uninstall PREFIX=/opt/memprof DESTDIR="$root" >said
[[ -z $(find "$root" ! -type d) ]] || fail "uninstall leaves" $(find "$root" ! -type d)
# Where a distribution has its libraries, as its packages do.
triplet=$(${CC:-gcc} -print-multiarch)
${MAKE:-make} -s -C "$SRC" B="$B" install PREFIX=/usr LIBDIR=/usr/lib/"${triplet:=x86_64-linux-gnu}" DESTDIR="$root" >said
rm memprof.*
is "status below lib/$triplet" 3 "$(status_of "$root/usr/bin/memprof" run -i 1 -- "$TARGETS/ends" exit)"
valid "$(profile_of ends)"
rm memprof.*
MEMPROF_INTERVAL=1 LD_PRELOAD=$root/usr/lib/$triplet/libmemprof.so "$TARGETS/ends" exit || true
valid "$(profile_of ends)"
