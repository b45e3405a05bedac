/* SPDX-License-Identifier: Apache-2.0
 *
 * Other libraries' constructors run before ours and allocate.  The first step may come
 * inside any of libc's calls (newlocale, for one, allocates under the lock of dlerror's
 * translations): it looks symbols up by itself, leaves dlerror alone and loads nothing.
 */
#include "preload/process/start.h"
#include "preload/base/sys.h"
#include "preload/base/text.h"
#include "preload/interpose.h"
#include "preload/operators.h"
#include "preload/process/become.h"
#include "preload/process/calls.h"
#include "preload/process/clock.h"
#include "preload/process/config.h"
#include "preload/process/dl.h"
#include "preload/process/end.h"
#include "preload/process/fork.h"
#include "preload/process/log.h"
#include "preload/process/modules.h"
#include "preload/process/prepare.h"
#include "preload/process/process.h"
#include "preload/process/refusal.h"
#include "preload/process/sandbox.h"
#include "preload/process/start_phase.h"
#include "preload/process/symbols.h"
#include "preload/process/thread.h"
#include "preload/real.h"
#include "preload/state.h"
#include "preload/unwind/unwind.h"

#include <errno.h>
#include <unistd.h>

_Atomic uint32_t start_phase;

/* Set by the loader; weak, because another C library has none. */
extern void *__libc_stack_end __attribute__((weak));

/* What libc's first constructor sets, before all others. */
static bool libc_is_up(void)
{
    return environ || program_invocation_name[0];
}

/* Finds them where the kernel put them.  That constructors get them as arguments is glibc's
 * extension, and is lost where the linker merges constructors. */
static void find_vectors(char ***argv, char ***envp)
{
    *argv = NULL;
    *envp = environ;
    if (!&__libc_stack_end)
        return;
    long *argc = __libc_stack_end;
    *argv = (char **)(argc + 1);
    *envp = *argv + *argc + 1;
}

/* Another C library starts programs, allocates and exits in its own ways.  Functions that only
 * glibc has are referenced weakly, so that its programs run under the preload. */
static bool libc_is_known(void)
{
    if (&__libc_stack_end && symbols_usable())
        return true;
    refusal_say("the program's C library is not glibc", config.exe, "");
    return false;
}

/* Another object may provide the target's malloc: the program itself, or another preload. */
static bool malloc_is_ours(void)
{
    static char reason[CONFIG_PATH_MAX];
    struct text text = {reason, sizeof reason, 0};
    const char *object;
    if (symbols_first("malloc", SYMBOLS_LIBC, &object) == (void *)interpose_own_malloc)
        return true;
    object = object[0] ? object : config.exe;
    text_add(&text, "malloc is provided by ");
    text_add(&text, object);
    text_add(&text, ", before libmemprof.so");
    refusal_say(reason, object,
                " (try a build that uses libc's malloc, or preload the allocator behind"
                " libmemprof.so)");
    return false;
}

static bool older_loader;

/* Without _dl_find_object there is no looking up without the loader's lock. */
static void choose_unwinder(void)
{
    arch_return_init();
    if ((config.unwinder == STATE_UNWIND_CFI || config.unwinder == STATE_UNWIND_DIFF) &&
        !unwind_cfi_usable()) {
        config.unwinder = STATE_UNWIND_LIBUNWIND;
        older_loader = true;
    }
}

static bool begin(void)
{
    char **argv, **envp;
    real_resolve();
    operators_resolve();
    calls_resolve();
    clock_find();
    find_vectors(&argv, &envp);
    config_init(argv, envp);
    if (!config.enabled)
        return false;
    if (!libc_is_known() || !malloc_is_ours())
        return false;
    if (!process_init()) {
        refusal_say("madvise(MADV_WIPEONFORK) is refused", "",
                    " (it takes Linux 4.14 and, where a seccomp filter is in force, one that"
                    " allows madvise)");
        return false;
    }
    modules_init();
    choose_unwinder();
    thread_init();
    become_prepare(envp);
    return true;
}

/* The first step, unless it was taken.  Not by a child that shares this memory, which a
 * library's constructor may have started: it is not the process that is to be recorded. */
static void begin_once(void)
{
    uint32_t phase = START_NEW;
    if (atomic_load_explicit(&start_phase, memory_order_acquire) != START_NEW || sandboxed() ||
        !process_ours())
        return;
    uint64_t before;
    sys_block_signals(&before); /* a handler's fork would leave this step to nobody in its child */
    if (atomic_compare_exchange_strong_explicit(&start_phase, &phase, START_BEGINNING,
                                                memory_order_acq_rel, memory_order_acquire)) {
        struct internal internal;
        thread_internal_begin(&internal);
        phase = begin() ? START_RECORDING : START_OFF;
        thread_internal_end(&internal);
        atomic_store_explicit(&start_phase, phase, memory_order_release);
    }
    sys_unblock_signals(&before);
}

/* So that the end is ours to see even if another library's constructor calls exit. */
static void register_end_once(void)
{
    static _Atomic bool registered;
    if (!atomic_exchange_explicit(&registered, true, memory_order_relaxed))
        end_register();
}

bool start_step(uintptr_t pc)
{
    if (libc_is_up())
        begin_once();
    uint32_t phase = atomic_load_explicit(&start_phase, memory_order_acquire);
    if (phase == START_OFF)
        thread.countdown = UINT64_MAX; /* the fast path from here on */
    /* The lock of the handlers of exit is held in libc only. */
    if (phase == START_RECORDING && !modules_in_libc(pc)) {
        struct internal internal;
        thread_internal_begin(&internal);
        register_end_once();
        thread_internal_end(&internal);
    }
    return phase >= START_RECORDING;
}

/* Nobody who loaded us before it, in this run or by the same environment, has said it already. */
static bool is_first(void)
{
    return config.run_id ? config.pid == config.first_pid : !config_parent_is_profiled();
}

static void load_libunwind(void)
{
    const char *why_not = unwind_libunwind_init();
    if (!why_not) {
        if (older_loader && is_first())
            log_line(
                "this glibc has no _dl_find_object (2.35 has it): stacks are found by libunwind",
                NULL);
        return;
    }
    dl_forget_error();
    config.unwinder = unwind_without_libunwind();
    log_line(why_not, ": using ",
             config.unwinder == STATE_UNWIND_FP ? "frame pointers" : "unwind tables",
             " (install libunwind8, or one of another version)", NULL);
}

/* The second step. */
static void finish(void)
{
    thread_init(); /* whichever thread took the first step */
    register_end_once();
    fork_register();
    if (config.unwinder == STATE_UNWIND_LIBUNWIND || config.unwinder == STATE_UNWIND_DIFF)
        load_libunwind();
    /* The state comes with the first sample, so that the many small programs that have
     * none leave nothing behind when they exec; what `memprof run` started always has
     * a profile. */
    if (config.first_pid == config.pid)
        process_prepare();
}

__attribute__((constructor)) static void construct(void)
{
    begin_once();
    if (!symbols_usable())
        dl_forget_error();
    if (!start_recording())
        return;
    struct internal internal;
    thread_internal_begin(&internal);
    finish();
    thread_internal_end(&internal);
    atomic_store_explicit(&start_phase, START_DONE, memory_order_release);
}
