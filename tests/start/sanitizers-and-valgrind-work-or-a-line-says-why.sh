# SPDX-License-Identifier: Apache-2.0
# slow: 25
# Linked in or as a library: the program does what it does without us, a line says that
# malloc is not ours, or that its end has to be left to it; only AddressSanitizer's library refuses, with a line of its own.
. "$SRC/tests/lib.sh"
cat >main.c <<'C'
#include <stdio.h>
#include <stdlib.h>
int main(void)
{
    void *volatile block = NULL;
    for (int n = 0; n < 1000; n++) {
        block = realloc(block, 100000);
        free(malloc(100));
    }
    free(block);
    puts("done");
    return 5;
}
C
export MEMPROF_INTERVAL=1
for compiler in gcc clang; do
    part_needs $compiler || continue
    for what in address leak thread undefined memory; do
        [[ $compiler.$what != gcc.memory ]] || continue # gcc has none
        $compiler -g -fsanitize=$what main.c -o $compiler.$what 2>/dev/null || {
            part_skipped "no -fsanitize=$what for $compiler"
            continue
        }
        is "status of $compiler.$what" 5 "$(status_of ./$compiler.$what)"
        status=$(status_of profiled ./$compiler.$what)
        if [[ $status == 1 && $compiler.$what == gcc.address ]]; then
            has err '^==[0-9]+==ASan runtime does not come first'
            continue
        fi
        is "status of $compiler.$what" 5 "$status"
        is "output of $compiler.$what" "done" "$(cat out)"
        # A .preinit_array of theirs may have a handler for the end.
        if grep -q '^memprof: the state is kept in .*, because an exit handler older' err; then
            sed -i 1d err
            "$MEMPROF" collect "$(one $(states))" >/dev/null 2>&1
        fi
        if [[ $(profiles) ]]; then
            is "counted under $compiler.$what" "2000 100100000 0 0" "$(counted "$(one $(profiles))" main)"
            rm $(profiles)
        else
            has err '^memprof: malloc is .*: nothing is recorded'
            sed -i 1d err
        fi
        is "messages of $compiler.$what" "" "$(cat err)"
    done
done
rm -f $(states)
command -v valgrind >/dev/null || skip_rest "valgrind is not installed"
gcc -g main.c -o main
for tool in memcheck massif callgrind none; do
    options=(-q --tool=$tool --log-file=log)
    [[ $tool == memcheck || $tool == none ]] || options+=(--$tool-out-file=/dev/null)
    is "status under $tool" 5 "$(status_of profiled valgrind "${options[@]}" ./main)"
    is "output under $tool" "done" "$(cat out)"
    case $tool in
    callgrind | none)
        has err '^memprof: the state is kept in .*, because valgrind has work left'
        "$MEMPROF" collect --all >/dev/null 2>&1
        valid "$(profile_of main)"
        dump "$(profile_of main)" | grep -q main@
        rm -f $(profiles)
        ;;
    memcheck) ! grep -E 'Invalid|uninitialised|definitely' log || fail "an error under memcheck" ;;
    esac
done
rm -f $(states) # of images that valgrind's launcher left by exec
