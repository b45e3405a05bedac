# SPDX-License-Identifier: Apache-2.0
# The files of docs/ci.md are valid, and the gate passes, fails and cannot tell as it says, by itself and below CMake
# and Meson; the workflows call nothing that is not there.
. "$SRC/tests/lib.sh"
export PATH=$B:$PATH
/usr/bin/python3 -c 'import yaml' || skip "python3-yaml is not installed"
/usr/bin/python3 "$SRC/tests/tools/ci_snippets.py" "$SRC/docs/ci.md" . >names
is "files" 10 "$(wc -l <names)"
for file in $(grep -ohE '\bmemprof/scripts/[a-z-]+' .github/workflows/memory.yml .gitlab-ci.yml | sort -u); do
    [[ -e $SRC/${file#memprof/} ]] || fail "the workflow runs $file"
done
# The program: a thousand requests; CHANGE leaks a block of each, or copies one once more.
cat >bench.c <<'CODE'
#include <stdlib.h>
#include <string.h>
static char *kept[1000];
__attribute__((noinline)) static char *copy(const char *text) { return strcpy(malloc(strlen(text) + 1), text); }
__attribute__((noinline)) static void request(int number)
{
    for (int i = 0; i < 20 + (CHANGE == 2); i++)
        free(copy("some words of a request"));
    char *answer = copy("an answer of some length");
    if (CHANGE == 1)
        kept[number] = answer;
    else
        free(answer);
}
int main(void)
{
    for (int i = 0; i < 1000; i++)
        request(i);
    return kept[0] == (char *)1;
}
CODE
for change in 0 1 2; do
    mkdir build$change && gcc -g -O1 -fno-builtin -DCHANGE=$change -o build$change/bench bench.c
done
cp -r build0 same
gate() { # STATUS SCRIPT ARGUMENT...
    is "status of ${*:2}" "$1" "$(RUNS=${RUNS:-3} status_of sh "${@:2}")"
}
gate 0 memory-gate.sh build0/bench same/bench
has memory/report.md '^### Good: all gates hold'
gate 1 memory-gate.sh build0/bench build1/bench
has out '^Gate inuse_space:\+4KiB FAILS'
has memory/report.md '`copy`'
gate 1 memory-gate.sh build0/bench build2/bench
has out '^Where: most at copy \(bench.c:4\)'
for file in report.md report.json report.xml report.sarif delta.pb.gz; do
    [[ -s memory/$file ]] || fail "no memory/$file"
done
RUNS=2 gate 2 memory-gate.sh build0/bench same/bench
RUNS=2 gate 0 memory-gate-again.sh build0/bench same/bench
gate 2 memory-gate.sh build0/bench missing/bench
gate 2 memory-gate.sh build0/bench /bin/false
FORMAT=github gate 1 memory-gate.sh build0/bench build2/bench
has out '^::error '
# Two commits of a repository.
if part_needs git; then
    mkdir repository && cp bench.c memory-gate.sh plain.sh repository/ && cd repository
    printf 'bench: bench.c\n\tgcc -g -O1 -fno-builtin -DCHANGE=$(or $(CHANGE),0) -o $@ bench.c\n' >Makefile
    git init -q && git add . && git -c user.name=t -c user.email=t@example.com commit -qm base
    sed -i 's/20 + /30 + /' bench.c
    gate 1 plain.sh HEAD
    has out '^Where: most at copy'
    cd ..
fi
export RUNS=3
if part_needs cmake ctest; then
    for build in 0 2; do
        cmake -S . -B cmake$build -DCMAKE_BUILD_TYPE=RelWithDebInfo "-DCMAKE_C_FLAGS=-fno-builtin -DCHANGE=$build" \
            -DBASE_BENCH="$PWD/cmake0/bench" >cmake.out
        cmake --build cmake$build >cmake.out
    done
    (cd cmake0 && ctest --output-on-failure) >ctest.out || { cat ctest.out; fail "ctest of what is the same"; }
    ! (cd cmake2 && ctest --output-on-failure) >ctest.out || fail "ctest passes what allocates more"
    has ctest.out 'Gate alloc_objects:\+2% FAILS'
fi
if part_needs meson ninja; then
    for build in 0 2; do
        meson setup -Dbase_bench="$PWD/meson0/bench" "-Dc_args=-fno-builtin -DCHANGE=$build" meson$build >meson.out
        meson compile -C meson$build >meson.out
    done
    meson test -C meson0 --print-errorlogs >meson.out || { cat meson.out; fail "meson test of what is the same"; }
    ! meson test -C meson2 --print-errorlogs >meson.out || fail "meson test passes what allocates more"
    has meson.out 'Gate alloc_objects:\+2% FAILS'
fi
