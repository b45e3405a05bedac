/* SPDX-License-Identifier: Apache-2.0
 *
 * Start comes with the constructor and never inside an allocation, which may be made
 * under any lock of libc: on_exit, dlerror and pthread_atfork take such locks, and
 * newlocale, for one, allocates under that of dlerror's translations.  The end is an
 * on_exit handler registered that early: it runs after the destructors of all
 * libraries, so that what these free is not taken for leaks.
 */
#include "preload/lifecycle.h"
#include "preload/config.h"
#include "preload/helper.h"
#include "preload/interpose.h"
#include "preload/log.h"
#include "preload/modules.h"
#include "preload/operators.h"
#include "preload/real.h"
#include "preload/root.h"
#include "preload/sandbox.h"
#include "preload/text.h"
#include "preload/thread.h"
#include "preload/unwind.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

_Atomic uint32_t lifecycle_phase;

static void at_exit(int status, void *unused)
{
    (void)status;
    (void)unused;
    lifecycle_end();
}

/* Another object may have the target's malloc: its own, or a later preload's.  A
 * position-dependent executable that takes malloc's address answers with a stub of
 * its own, whose symbol is an undefined one. */
static bool malloc_is_ours(void)
{
    void *theirs = dlsym(RTLD_DEFAULT, "malloc");
    const ElfW(Sym) *symbol = NULL;
    Dl_info info = {0};
    if (theirs == (void *)interpose_own_malloc)
        return true;
    if (theirs && dladdr1(theirs, &info, (void **)&symbol, RTLD_DL_SYMENT) && symbol &&
        symbol->st_shndx == SHN_UNDEF)
        return true;
    log_line("malloc is the own one of ", info.dli_fname ? info.dli_fname : "an unknown object",
             ": nothing is recorded (only an allocator that comes after libmemprof.so in the search"
             " order can be)",
             NULL);
    return false;
}

static void choose_unwinder(void)
{
    bool need_libunwind =
        config.unwinder == STATE_UNWIND_LIBUNWIND || config.unwinder == STATE_UNWIND_DIFF;
#if defined(__x86_64__)
    if ((config.unwinder == STATE_UNWIND_CFI || config.unwinder == STATE_UNWIND_DIFF) &&
        !unwind_cfi_usable()) {
        config.unwinder = STATE_UNWIND_LIBUNWIND;
        need_libunwind = true;
    }
#endif
    if (!need_libunwind || unwind_libunwind_init())
        return;
    log_line("libunwind.so.8 cannot be loaded: using frame pointers (install libunwind8)", NULL);
    config.unwinder = STATE_UNWIND_FP;
}

/* A handler that interrupted an event and forks: the child will go on with that
 * event, so this once it must see everything as it is (root_fork_*). */
static void before_fork(void)
{
    if (thread.inside)
        root_fork_keep();
}

static void after_fork_in_parent(void)
{
    if (thread.inside)
        root_fork_wipe();
}

static void after_fork_in_child(void)
{
    if (thread.inside)
        root_fork_stale();
}

static bool start(char **envp)
{
    real_resolve();
    real_resolve_optional();
    operators_resolve();
    config_init(envp);
    if (!config.enabled)
        return false;
    if (!malloc_is_ours())
        return false;
    if (!root_init()) {
        log_line("this kernel has no MADV_WIPEONFORK (Linux 4.14): nothing is recorded", NULL);
        return false;
    }
    modules_init();
    choose_unwinder();
    thread_init();
    on_exit(at_exit, NULL);
    at_quick_exit(lifecycle_end);
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    /* The state comes with the first sample, so that the many small programs that have
     * none leave nothing behind when they exec; what `memprof run` started always has
     * a profile. */
    return config.first_pid != config.pid || root_prepare();
}

__attribute__((constructor)) static void construct(int argc, char **argv, char **envp)
{
    (void)argc;
    (void)argv;
    struct internal internal;
    thread_internal_begin(&internal);
    bool started = start(envp);
    dlerror(); /* what was not found is nobody's business */
    thread_internal_end(&internal);
    atomic_store_explicit(&lifecycle_phase, started ? LIFECYCLE_STARTED : LIFECYCLE_OFF,
                          memory_order_release);
}

static bool something_sampled(void)
{
    for (uint32_t i = 0; i < STATE_BUFFERS_MAX; i++) {
        struct buffer *b = atomic_load_explicit(&root.buffers.all[i], memory_order_acquire);
        if (b && atomic_load_explicit(&b->record->samples, memory_order_relaxed) > 0)
            return true;
    }
    return false;
}

static void say_nothing_sampled(void)
{
    char interval[24];
    struct text text = {interval, sizeof interval, 0};
    text_add_number(&text, config.interval_bytes, 10, 1);
    if (config.verbose || isatty(STDERR_FILENO))
        log_line("nothing was sampled, no profile written (one sample in ", interval,
                 " bytes allocated; MEMPROF_INTERVAL=1 records every allocation)", NULL);
}

void lifecycle_end(void)
{
    if (sandboxed())
        return;
    if (!root_ready()) {
        if (config.enabled && config.pid == (uint32_t)getpid() &&
            atomic_load_explicit(&root.phase, memory_order_relaxed) == ROOT_UNUSED)
            say_nothing_sampled();
        return;
    }
    struct state_header *h = root.segment.header;
    uint32_t phase = STATE_PHASE_RECORDING;
    if (h->pid != (uint32_t)getpid() || /* a vfork's child shares our memory */
        !atomic_compare_exchange_strong(&h->phase, &phase, STATE_PHASE_EXITING))
        return;
    struct internal internal;
    thread_internal_begin(&internal);
    if (something_sampled() || h->flags & STATE_FLAG_FIRST) {
        helper_run();
    } else {
        segment_unlink();
        say_nothing_sampled();
    }
    thread_internal_end(&internal);
}
