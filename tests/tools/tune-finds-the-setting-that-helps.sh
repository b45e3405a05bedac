# SPDX-License-Identifier: Apache-2.0
# slow: 20
# Of a program whose 64 threads leave their arenas full the right setting is one arena, of one whose heap falls to
# pieces it is a lower mmap_threshold, and for one that holds all it allocates none is recommended.
# (TIMES=N: so many times; `make tuned` takes 20.)
. "$SRC/tests/lib.sh"
# tuned NAME [OPTION]: what is said of a target; the first row is the fourth line.
tuned() {
    "$MEMPROF" tune --runs=3 "${@:2}" -- "$TARGETS/$1" >"$1.out" 2>"$1.err"
    sed -n '4s/^[ *]*\([^ ]*\).*/\1/p' "$1.out" >"$1.first"
}
for ((n = 0; n < ${TIMES:-1}; n++)); do
    tuned arenas
    is "the first one of arenas" arena_max=1 "$(cat arenas.first)"
    has arenas.out '^Recommended: arena_max=1, whose peak is [0-9]+ % lower'
    has arenas.out "^  GLIBC_TUNABLES=glibc.malloc.arena_max=1 $TARGETS/arenas$"
    has arenas.out '^Worth tuning: of [0-9.]+ MB resident at the peak [0-9.]+ MB \([89][0-9] %\) are held by the allocator'
    tuned fragments --plain
    is "the first one of fragments" mmap_threshold=64K "$(cat fragments.first)"
    has fragments.out '^Whether it is worth tuning is not known without a recording'
    tuned holds_all
    has holds_all.out '^None is recommended: '
    has holds_all.out '^  \*  as it is .*MB'
    has holds_all.out '^Hardly worth tuning: .* \(9[0-9] %\) are live, .*: the program holds it'
done
# Nothing is left behind.
is "what is left in TMPDIR" "" "$(find "$TMPDIR" -name 'memprof-tune*')"
is "states that are left" "" "$(find "$MEMPROF_DIR" -name '*.state')"
