/* SPDX-License-Identifier: Apache-2.0
 * build: -O2 -pthread -ldl
 *
 * lives KIND N...: N blocks of each kind, of a size of its own, that live in a known way.
 *
 *   local 24      freed by the call that allocated it
 *   caller 25     freed by the caller of that
 *   tail 26       freed by a jump, the last that its function does
 *   next 27       freed by the next call of the same function
 *   cross 28      freed by another thread
 *   after 29      freed by a thread that came after the one that allocated it ended
 *   grows 30      realloc, in steps of 30 bytes up to 300, then freed
 *   moves 31      replaced by blocks of 62, 93 ... 310 bytes by hand
 *   fiber 32      allocated on a fiber's stack, freed there; and local ones in between
 *   deep 33       freed by the call that allocated it, in a recursion of 700 frames
 *   handler 34    freed in the handler that allocated it, and 24 in the function it interrupts
 *   child 35      in a fork's child, local
 *   kept 36       never freed
 *   sandbox       from here on in a seccomp filter (which allows all)
 *   late 37       freed by main, after 20 000 of 24 bytes came and went
 *   table 38      allocated and freed by one call, which gets from the one to the other by a table
 *   pieces 39 41 42  made by one call of a reader, which goes round a loop, and freed by the next
 *                 one; for the last of these a register counts the calls
 *   library FILE  a block of 40 bytes by lives_here() of it, which is closed after each
 */
#include <dlfcn.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#ifdef __clang__
#define APART      __attribute__((noinline))
#define AS_WRITTEN __attribute__((noinline, optnone))
#else
#define APART      __attribute__((noipa))
#define AS_WRITTEN __attribute__((noipa, optimize("O0")))
#endif
#define STAY __asm__ volatile("")

static void *kept[4096];
static int count;

APART static void use(void *block)
{
    if (!block)
        abort();
    *(volatile char *)block = 1;
    STAY;
}

APART static void local(size_t size)
{
    void *block = malloc(size);
    use(block);
    free(block);
    STAY;
}

APART static void *make(size_t size)
{
    void *block = malloc(size);
    use(block);
    STAY;
    return block;
}

APART static void caller(void)
{
    void *block = make(25);
    use(block);
    free(block);
    STAY;
}

APART static void tail(void)
{
    void *block = malloc(26);
    use(block);
    free(block);
}

APART static void next(void)
{
    void *block = malloc(27);
    use(block);
    free(kept[0]);
    kept[0] = block;
    STAY;
}

APART static void grows(void)
{
    char *block = NULL;
    for (size_t size = 30; size <= 300; size += 30) {
        block = realloc(block, size);
        use(block);
    }
    free(block);
    STAY;
}

APART static void moves(void)
{
    char *block = malloc(31);
    for (size_t size = 62; size <= 310; size += 31) {
        char *larger = malloc(size);
        memcpy(larger, block, size - 31);
        free(block);
        block = larger;
    }
    free(block);
    STAY;
}

/* What each step of an interpreter does is in a table of jumps. */
APART static void by_table(const char *program)
{
    void *volatile block = NULL;
    for (; *program; program++)
        switch (*program - 'a') {
        case 0:
            block = make(38);
            break;
        case 1:
            use(block);
            break;
        case 2:
            free(block);
            break;
        case 3:
            count += 2;
            break;
        case 4:
            count -= 2;
            break;
        case 5:
            count ^= 64;
            break;
        }
    STAY;
}

static void *volatile piece;
static volatile int pieces, more;

/* In one of these functions the way from the one call to the other leads back, in one ahead. */
APART static void read_piece(void)
{
    do {
        free(piece);
        piece = malloc(39);
        use(piece);
    } while (more);
    STAY;
}
AS_WRITTEN static void read_other_piece(void)
{
    for (;;) {
        if (!piece) {
            piece = malloc(41);
            use(piece);
            if (!more)
                break;
        }
        free(piece);
        piece = NULL;
    }
}
APART static void read_counted_piece(size_t size)
{
    do {
        free(piece);
        piece = malloc(size);
        use(piece);
    } while (more);
    STAY;
}

/* Nothing that a register holds changes from one call to the next, but for the last ones. */
APART static void read_pieces(void)
{
    for (pieces = count; pieces > 0; pieces--)
        read_piece();
    for (pieces = count; pieces > 0; pieces--)
        read_other_piece();
    for (int n = count; n > 0; n--)
        read_counted_piece(42);
    STAY;
}

APART static void deep(int depth)
{
    if (depth > 0)
        deep(depth - 1);
    else
        local(33);
    STAY;
}

APART static void *allocates_for_others(void *size)
{
    for (int i = 0; i < count; i++)
        kept[i] = make((size_t)size);
    return NULL;
}
APART static void *frees_those(void *unused)
{
    (void)unused;
    for (int i = 0; i < count; i++)
        free(kept[i]);
    return NULL;
}
static void in_a_thread(void *(*function)(void *), size_t size)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, function, (void *)size) != 0)
        abort();
    pthread_join(thread, NULL);
}

static ucontext_t main_context, fiber_context;
static void fiber(void)
{
    for (;;) {
        local(32);
        swapcontext(&fiber_context, &main_context);
    }
}
static void on_a_fiber(void)
{
    static char stack[65536];
    getcontext(&fiber_context);
    fiber_context.uc_stack.ss_sp = stack;
    fiber_context.uc_stack.ss_size = sizeof stack;
    makecontext(&fiber_context, fiber, 0);
    for (int i = 0; i < count; i++) {
        local(24);
        swapcontext(&main_context, &fiber_context);
    }
}

static void handle(int unused)
{
    (void)unused;
    local(34);
}
APART static void is_interrupted(void)
{
    void *block = malloc(24);
    use(block);
    raise(SIGUSR1);
    free(block);
    STAY;
}

static void in_a_library(const char *file)
{
    void *library = dlopen(file, RTLD_NOW);
    void (*lives_here)(void) = library ? (void (*)(void))dlsym(library, "lives_here") : NULL;
    if (!lives_here)
        abort();
    lives_here();
    local(24);
    dlclose(library);
}

static void enter_sandbox(void)
{
    static struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {1, all};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        exit(77);
}

static void run(const char *kind)
{
    static const struct {
        const char *name;
        void (*function)(void);
    } simple[] = {{"caller", caller}, {"tail", tail},   {"next", next},
                  {"grows", grows},   {"moves", moves}, {"handler", is_interrupted}};
    for (unsigned i = 0; i < sizeof simple / sizeof *simple; i++)
        for (int n = 0; strcmp(kind, simple[i].name) == 0 && n < count; n++)
            simple[i].function();
    for (int n = 0; strcmp(kind, "local") == 0 && n < count; n++)
        local(24);
    for (int n = 0; strcmp(kind, "table") == 0 && n < count; n++)
        by_table("dedabcffe");
    for (int n = 0; strcmp(kind, "deep") == 0 && n < count; n++)
        deep(700);
    if (strcmp(kind, "cross") == 0) {
        in_a_thread(allocates_for_others, 28);
        frees_those(NULL);
    } else if (strcmp(kind, "after") == 0) {
        in_a_thread(allocates_for_others, 29);
        in_a_thread(frees_those, 0);
    } else if (strcmp(kind, "late") == 0) {
        allocates_for_others((void *)37);
        for (int n = 0; n < 20000; n++)
            local(24);
        frees_those(NULL);
    } else if (strcmp(kind, "sandbox") == 0) {
        enter_sandbox();
    } else if (strcmp(kind, "pieces") == 0) {
        read_pieces();
    } else if (strcmp(kind, "kept") == 0) {
        allocates_for_others((void *)36);
    } else if (strcmp(kind, "fiber") == 0) {
        on_a_fiber();
    } else if (strcmp(kind, "child") == 0) {
        pid_t child = fork();
        for (int n = 0; child == 0 && n < count; n++)
            local(35);
        if (child == 0)
            exit(0);
        waitpid(child, NULL, 0);
    } else if (strchr(kind, '/')) {
        for (int n = 0; n < count; n++)
            in_a_library(kind);
    }
}

int main(int argc, char **argv)
{
    signal(SIGUSR1, handle);
    for (int i = 1; i + 1 < argc; i += 2) {
        count = atoi(argv[i + 1]);
        count = count < 4096 ? count : 4096;
        run(argv[i]);
    }
    return 0;
}
