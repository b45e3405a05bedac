# SPDX-License-Identifier: Apache-2.0
# Functions that the linker left out keep debug information, whose ranges begin at 0, at 1 or at
# the end of memory and reach over code that is there; every compiler and linker, both versions,
# before and after the live one, of its file and of others (a fifth of all unless FULL=1).
. "$SRC/tests/lib.sh"
need gcc
python3 - <<'PYTHON'
live = '''
static inline __attribute__((always_inline)) void *inlined(size_t n) { return malloc(n); }
__attribute__((noinline)) void *live(size_t n)
{
    void *volatile p = inlined(n); /* LIVE */
    return p;
}
__attribute__((noinline)) void *plain(size_t n)
{
    void *volatile p = malloc(n); /* PLAIN */
    return p;
}
'''
lines = '\n'.join(f'    kept[{n} & 7] = f(n + {n}) + g(n);' for n in range(800))
dead = f'''
void *volatile deads[8];
static inline __attribute__((always_inline)) void *g(size_t n) {{ return deads[n & 3]; }}
void *dead(size_t n, char *(*f)(size_t), void *volatile *kept, char *(*g)(size_t));
void *dead(size_t n, char *(*f)(size_t), void *volatile *kept, char *(*g)(size_t))
{{
{lines.replace('+ g(n)', '+ (size_t)g(n)')}
    return 0;
}}
'''
head = '#include <stdlib.h>\n'
main = 'void *live(size_t), *plain(size_t);\nint main(void) { live(100001); plain(100002); return 0; }\n'
open('after.c', 'w').write(head + live + dead.replace('g(size_t n)', 'unused(size_t n)') + main)
open('before.c', 'w').write(head + dead.replace('g(size_t n)', 'unused(size_t n)') + live + main)
open('dead.c', 'w').write(head + dead.replace('g(size_t n)', 'unused(size_t n)'))
open('main.c', 'w').write(head + live + main)
PYTHON
count=0
for compiler in gcc clang; do
    part_needs $compiler || continue
    for linker in bfd gold lld; do
        part_needs ld.$linker || continue
        for version in 4 5; do
            for sources in after.c before.c 'dead.c main.c' 'main.c dead.c'; do
                for sections in -ffunction-sections -fno-function-sections; do
                    [[ $FULL || $((count++ % 5)) == 0 ]] || continue
                    # shellcheck disable=SC2086
                    $compiler -O1 -w -gdwarf-$version $sections -Wl,--gc-sections -fuse-ld=$linker $sources -o built
                    MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled ./built
                    dump out.pb.gz >dumped
                    source=${sources/dead.c/} source=${source// /}
                    at=$(grep -n LIVE "$source" | cut -d: -f1) plain=$(grep -n PLAIN "$source" | cut -d: -f1)
                    has dumped "^1 100001 .* inlined@[^ ]*$source:[0-9]+ live@[^ ]*$source:$at " ||
                        fail "$compiler $linker $version $sources $sections"
                    has dumped "^1 100002 .* plain@[^ ]*$source:$plain " ||
                        fail "$compiler $linker $version $sources $sections"
                    rm -f out*.pb.gz
                done
            done
        done
    done
done
