# SPDX-License-Identifier: Apache-2.0
# A library's constructor that comes before ours starts a child that shares the memory and
# allocates first of all: the process is the same, and recording is the parent's.
. "$SRC/tests/lib.sh"
need gcc
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
cat >early.c <<'C'
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((constructor)) static void early(void)
{
    int status;
    pid_t pid = vfork();
    if (pid == 0) {
        void *volatile block = malloc(8 << 20);
        free(block);
        if (getenv("EARLY_EXEC"))
            execl("/bin/true", "true", (char *)0);
        _exit(3);
    }
    waitpid(pid, &status, 0);
}
void early_is_linked(void) {}
C
cat >main.c <<'C'
#include <stdlib.h>
void early_is_linked(void);
__attribute__((noinline)) static void work(void)
{
    void *volatile block = malloc(1000);
    (void)block;
}
int main(void)
{
    early_is_linked();
    for (int n = 0; n < 1000; n++)
        work();
    return 5;
}
C
gcc -g -O1 -shared -fPIC early.c -o libearly.so
gcc -g -O1 main.c -o main ./libearly.so
for exec in '' 1; do
    export EARLY_EXEC=$exec
    LD_PRELOAD=$SHIM ./main >out 2>err &
    pid=$! status=0
    wait $pid || status=$?
    is status 5 $status
    is messages "" "$(cat err)"
    state=$(one "$MEMPROF_DIR"/main.*.state)
    "$MEMPROF" inspect "$state" >inspected
    has inspected "^  pid +$pid "
    "$COLLECT" -o "$PWD/out.pb.gz" "$state" >/dev/null 2>&1
    is "counted" "1000 1000000" "$(counted out.pb.gz work | cut -d' ' -f1,2)"
    rm -f "$state" out.pb.gz "$MEMPROF_DIR"/true.*
done
