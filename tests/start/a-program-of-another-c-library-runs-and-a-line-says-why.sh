# SPDX-License-Identifier: Apache-2.0
# musl has not all of glibc: its programs run as without us, one line says that nothing is
# recorded, and `memprof run` of a shell that execs one knows it, too.
. "$SRC/tests/lib.sh"
need musl-gcc
cat >main.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    char *text = strdup("done"), *volatile block = malloc(100);
    block = realloc(block, 100000);
    free(block);
    puts(text);
    free(text);
    fflush(stdout);
    if (argc > 1)
        _exit(7);
    return argv[0] ? 5 : 6;
}
C
musl-gcc main.c -o main
for arguments in "" again; do
    plain=$(status_of ./main $arguments)
    is "status" "$plain" "$(MEMPROF_INTERVAL=1 status_of profiled ./main $arguments)"
    is "output" "done" "$(cat out)"
    is "messages" "memprof: the program's C library is not glibc: nothing is recorded" "$(cat err)"
done
is "status of run" 2 "$(status_of "$MEMPROF" run -i 1 -- sh -c 'exec ./main')"
has err 'no profile: the program.s C library is not glibc'
is "output" "done" "$(cat out)"
[[ -z $(profiles 'main.*') ]] || fail "an empty profile is no result"
