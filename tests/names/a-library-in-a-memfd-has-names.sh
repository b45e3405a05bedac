# SPDX-License-Identifier: Apache-2.0
# A library that was loaded from a file in memory is read by the descriptor that the process has;
# a descriptor of another kind of file is not.
. "$SRC/tests/lib.sh"
need gcc
cat >memfd.c <<'SOURCE'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    char name[64], c;
    int file = open("./libhidden.so", O_RDONLY), memory = memfd_create("plugin", 0);
    while (sendfile(memory, file, NULL, 1 << 20) > 0)
        ;
    snprintf(name, sizeof name, argv[1], argv[2][0] == 'm' ? memory : file, getpid());
    void *library = dlopen(name, RTLD_NOW);
    ((void *(*)(size_t))dlsym(library, "entry"))(100001);
    puts("ready");
    fflush(stdout);
    return read(0, &c, 1) < 0;
}
SOURCE
printf '#include <stdlib.h>\n__attribute__((noinline)) static void *hidden(size_t n) { void *volatile p = malloc(n); return p; }
void *entry(size_t n) { void *volatile p = hidden(n); return p; }\n' >hidden.c
gcc -w memfd.c -o memfd
gcc -g -O1 -shared -fPIC hidden.c -o libhidden.so
for name in m/proc/self/fd/%d 'm/proc/%2$d/fd/%1$d' f/proc/self/fd/%d; do
    coproc MEMFD { MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled ./memfd "${name#?}" "${name:0:1}"; }
    pid=$MEMFD_PID
    read -r _ <&"${MEMFD[0]}"
    "$COLLECT" --keep -o out.pb.gz "$(one $(states))" >/dev/null
    echo >&"${MEMFD[1]}"
    wait "$pid"
    dump out.pb.gz | grep '^1 100001 ' >dumped
    if [[ $name == m* ]]; then
        has dumped ' hidden@[^ ]*hidden.c:2 entry@[^ ]*hidden.c:3 main@'
    else
        lacks dumped ' hidden@'
    fi
    rm -f out.pb.gz "$MEMPROF_DIR"/*.state
done
