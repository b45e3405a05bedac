/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocates below four functions that are generated at run time, at AT, one FUNCTION_BYTES
 * behind the other, and have a frame pointer and no unwind information.  The second one pushes
 * its return address itself, as interpreters do, instead of calling.  Then it runs the
 * shell command it is given, with the path of its map for perf in $MAP; given a directory, too, it
 * makes it its root and waits for the end of its input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define AT             ((char *)0x10000000000)
#define FUNCTION_BYTES 64
#define FUNCTIONS      4

typedef void function(void *const *next);

static void *volatile kept;

static __attribute__((noinline)) void allocate(void *const *next)
{
    (void)next;
    kept = malloc(1000);
    free(kept);
}

#if defined(__x86_64__)
/* push %rbp; mov %rsp,%rbp; mov (%rdi),%rax; add $8,%rdi; call *%rax; pop %rbp; ret */
static const unsigned char calls[] = "\x55\x48\x89\xe5\x48\x8b\x07\x48\x83\xc7\x08\xff\xd0\x5d\xc3";
/* The same with lea 3(%rip),%rcx; push %rcx; jmp *%rax. */
static const unsigned char pushes[] =
    "\x55\x48\x89\xe5\x48\x8b\x07\x48\x83\xc7\x08\x48\x8d\x0d\x03\0\0\0\x51\xff\xe0\x5d\xc3";
#else
static const unsigned char calls[1], pushes[1];
#endif

int main(int argc, char **argv)
{
    char map[64];
    void *next[FUNCTIONS];
    char *code = mmap(AT, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (code != AT || argc < 2)
        return 2;
    for (int i = 0; i < FUNCTIONS; i++) {
        memcpy(code + FUNCTION_BYTES * i, i == 1 ? pushes : calls,
               i == 1 ? sizeof pushes : sizeof calls);
        next[i] = code + FUNCTION_BYTES * (i + 1);
    }
    next[FUNCTIONS - 1] = (void *)(size_t)allocate;
    ((function *)(size_t)code)(next);
    snprintf(map, sizeof map, "/tmp/perf-%d.map", (int)getpid());
    unsetenv("LD_PRELOAD");
    setenv("MAP", map, 1);
    if (system(argv[1]) != 0)
        return 1;
    return argc > 2 && (chroot(argv[2]) != 0 || chdir("/") != 0 || read(0, map, 1) != 0);
}
