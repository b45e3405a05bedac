/* SPDX-License-Identifier: Apache-2.0
 *
 * Start comes with the constructor and never inside an allocation, which may be made
 * under any lock of libc: on_exit, dlerror and pthread_atfork take such locks, and
 * newlocale, for one, allocates under that of dlerror's translations.
 */
#include "preload/start.h"
#include "preload/become.h"
#include "preload/config.h"
#include "preload/end.h"
#include "preload/fork.h"
#include "preload/interpose.h"
#include "preload/log.h"
#include "preload/modules.h"
#include "preload/operators.h"
#include "preload/real.h"
#include "preload/root.h"
#include "preload/symbols.h"
#include "preload/thread.h"
#include "preload/unwind.h"

#include <dlfcn.h>

_Atomic uint32_t start_phase;

/* Another object may have the target's malloc: its own, or a later preload's. */
static bool malloc_is_ours(void)
{
    const char *object = "";
    if (symbols_first("malloc", SYMBOLS_LIBC, &object) == (void *)interpose_own_malloc)
        return true;
    log_line("malloc is the own one of ", object[0] ? object : config.exe,
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

static bool start(char **envp)
{
    real_resolve();
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
    become_prepare(envp);
    end_register();
    fork_register();
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
    atomic_store_explicit(&start_phase, started ? START_DONE : START_OFF, memory_order_release);
}
