/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of exit is an on_exit handler registered by our constructor: it runs after the
 * destructors of all libraries, so that what these free is not taken for leaks.  That
 * handler alone does what libc would have done after it (stdio_flush.h): _exit and
 * quick_exit write nothing out, and a forked child that ends by them would print its
 * parent's output again.
 */
#include "preload/process/end.h"
#include "preload/arena.h"
#include "preload/base/sys.h"
#include "preload/base/text.h"
#include "preload/counters.h"
#include "preload/process/become.h"
#include "preload/process/config.h"
#include "preload/process/log.h"
#include "preload/process/process.h"
#include "preload/process/sandbox.h"
#include "preload/process/start_phase.h"
#include "preload/process/state_file.h"
#include "preload/process/state_map.h"
#include "preload/process/stdio_flush.h"
#include "preload/process/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* ending.step.  One thread ends the process; what another does meanwhile depends on how far
 * that one is. */
enum end_step {
    END_NOT_YET = 0,
    END_FLUSHING, /* exit's handler writes output: _exit may come before, as without us */
    END_BECOMING, /* exec is near: it ends all threads */
    END_PLAIN,    /* there was no exec: the process ends as it would without us */
};

struct PROCESS_WIDE_TYPE ending {
    _Atomic uint32_t step;          /* enum end_step */
    _Atomic(struct thread *) ender; /* the thread in exit's last handler; NULL: none */
    _Atomic bool registered;        /* by this process, not by one that it was forked from */
};
static PROCESS_WIDE(struct ending, ending);

static _Atomic bool registered, earlier_handler;
static _Atomic int quick_status;

/* --- is there anything to do? --- */

static bool something_sampled(void)
{
    for (uint32_t i = 0; i < STATE_SHARDS_MAX; i++) {
        struct counter_shard *b = atomic_load_explicit(&shards.all[i], memory_order_acquire);
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
    if (config.verbose || (!config.run_id && isatty(STDERR_FILENO)))
        log_line("nothing was sampled, no profile written (one sample in ", interval,
                 " bytes allocated; MEMPROF_INTERVAL=1 records every allocation)", NULL);
}

/* `memprof run` holds a lock on its log for as long as it waits for this process's state.
 * If that cannot be found out, it counts as waiting, and the state stays. */
static bool run_is_waiting(void)
{
    if (!config.run_id)
        return false;
    long fd = SYS(openat, AT_FDCWD, config.run_log, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return fd != -ENOENT;
    bool is_locked = SYS(flock, fd, LOCK_SH | LOCK_NB) == -EWOULDBLOCK;
    SYS(close, fd);
    return is_locked;
}

/* False: this process ends the plain way; a message that is due has been written. */
static bool has_to_collect(void)
{
    if (sandboxed())
        return false;
    if (!process_recording()) {
        if (config.enabled && config.pid == (uint32_t)getpid() &&
            atomic_load_explicit(&process.phase, memory_order_relaxed) == PROCESS_UNUSED)
            say_nothing_sampled();
        return false;
    }
    struct state_header *h = state_map.header;
    if (!process_ours()) /* a vfork's child shares our memory */
        return false;
    atomic_store_explicit(&h->phase, STATE_PHASE_EXITING, memory_order_relaxed);
    if (run_is_waiting())
        return false;
    if (!something_sampled() && !(h->flags & STATE_FLAG_FIRST)) {
        state_file_unlink();
        say_nothing_sampled();
        return false;
    }
    return !config.collector_none;
}

/* --- doing it --- */

static bool step_from(uint32_t from, enum end_step to)
{
    bool done = atomic_compare_exchange_strong_explicit(&ending.step, &from, to,
                                                        memory_order_acq_rel, memory_order_acquire);
    if (done)
        sys_wake(&ending.step);
    return done;
}

/* Waits until exec ends this thread, too, or the process has to end the plain way. */
static void wait_while(enum end_step first, enum end_step last)
{
    for (;;) {
        uint32_t step = atomic_load_explicit(&ending.step, memory_order_acquire);
        if (step < first || step > last)
            return;
        sys_wait(&ending.step, step);
    }
}

static void say_kept(const char *why)
{
    log_line("the state is kept in ", state_file_path(), ", because ", why,
             "; `memprof collect` makes a profile of it", NULL);
}

/* No other thread uses the tables, and none will. */
static void give_memory_back(void)
{
    atomic_store_explicit(&start_phase, START_OFF, memory_order_relaxed);
    atomic_store_explicit(&process.phase, PROCESS_FAILED, memory_order_relaxed);
    arena_advise(MADV_DONTNEED);
}

/* All signals are blocked: a handler that calls _exit would wait for this thread for ever. */
static void become(enum end_step from, int status)
{
    uint64_t before;
    sys_block_signals(&before);
    if (step_from(from, END_BECOMING)) {
        if (thread_is_only())
            give_memory_back();
        const char *obstacle = become_obstacle();
        if (!obstacle)
            become_collector(status);
        say_kept(obstacle ? obstacle : "memprof-end could not be run");
        step_from(END_BECOMING, END_PLAIN);
    }
    sys_unblock_signals(&before);
}

void end_at_once(int status)
{
    struct internal internal;
    thread_internal_begin(&internal);
    if (has_to_collect()) {
        become(END_NOT_YET, status);
        become(END_FLUSHING, status);
        wait_while(END_BECOMING, END_BECOMING);
    }
    thread_internal_end(&internal);
}

/* Runs after at_exit.  Holds back a second thread that calls exit, so that it neither ends the
 * process while the first one is in that handler nor lets libc write the same output twice. */
static void hold_back(int status, void *unused)
{
    const struct timespec moment = {.tv_nsec = 1000};
    struct thread *first;
    (void)status;
    (void)unused;
    if (sandboxed())
        return;
    /* NULL: another thread has taken at_exit off the list and is about to store itself.  In the
     * child of a fork that came at this moment there is no such thread. */
    while ((first = atomic_load_explicit(&ending.ender, memory_order_acquire)) == NULL &&
           atomic_load_explicit(&ending.registered, memory_order_relaxed))
        SYS(nanosleep, &moment, NULL);
    if (!first || first == &thread)
        return; /* there was no exec: libc finishes what is left */
    on_exit(hold_back, NULL);
    wait_while(END_NOT_YET, END_BECOMING);
}

static void flush_and_become(int status)
{
    if (stdio_flush())
        become(END_FLUSHING, status);
    else if (step_from(END_FLUSHING, END_PLAIN))
        say_kept("another thread holds a file that has output left");
}

/* May exec come now?  It would skip the handlers that are still to run. */
static bool is_last_handler(void)
{
    if (!has_to_collect())
        return false;
    if (!atomic_load_explicit(&earlier_handler, memory_order_relaxed))
        return true;
    say_kept("an exit handler older than ours has still to run");
    return false;
}

/* A vfork's child that calls exit takes the handlers off its parent's list.  Ours is the last of
 * them and is registered again. */
static bool is_sharing_child(void)
{
    return !sandboxed() && !atomic_load_explicit(&earlier_handler, memory_order_relaxed) &&
           !process_ours();
}

static void at_exit(int status, void *unused)
{
    struct internal internal;
    (void)unused;
    atomic_store_explicit(&ending.ender, &thread, memory_order_release);
    thread_internal_begin(&internal);
    if (is_sharing_child()) {
        atomic_store_explicit(&ending.ender, NULL, memory_order_relaxed);
        on_exit(at_exit, NULL);
        stdio_flush();
        thread_internal_end(&internal);
        SYS(exit_group, status);
    }
    if (is_last_handler()) {
        if (step_from(END_NOT_YET, END_FLUSHING))
            flush_and_become(status);
        wait_while(END_BECOMING, END_BECOMING); /* another thread called _exit meanwhile */
    } else if (!sandboxed()) {
        step_from(END_NOT_YET, END_PLAIN);
    }
    thread_internal_end(&internal);
}

static void before_quick_exit(void)
{
    int status = atomic_load_explicit(&quick_status, memory_order_relaxed);
    if (is_sharing_child()) {
        at_quick_exit(before_quick_exit);
        SYS(exit_group, status);
    }
    if (is_last_handler())
        end_at_once(status);
}

void end_note_quick_status(int status)
{
    atomic_store_explicit(&quick_status, status, memory_order_relaxed);
}

void end_note_earlier_handler(void)
{
    atomic_store_explicit(&earlier_handler, true, memory_order_relaxed);
}

/* The program's .preinit_array runs before any constructor of a library. */
static bool program_has_preinit(void)
{
    const ElfW(Phdr) *headers = (const ElfW(Phdr) *)getauxval(AT_PHDR), *dynamic = NULL;
    uintptr_t bias = 0;
    for (unsigned long i = 0; headers && i < getauxval(AT_PHNUM); i++) {
        if (headers[i].p_type == PT_PHDR)
            bias = (uintptr_t)headers - headers[i].p_vaddr;
        else if (headers[i].p_type == PT_DYNAMIC)
            dynamic = &headers[i];
    }
    const ElfW(Dyn) *entry = dynamic ? (const ElfW(Dyn) *)(bias + dynamic->p_vaddr) : NULL;
    for (; entry && entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == DT_PREINIT_ARRAYSZ)
            return entry->d_un.d_val > 0;
    return false;
}

bool end_is_registered(void)
{
    return registered;
}

void end_register(void)
{
    if (program_has_preinit())
        end_note_earlier_handler();
    registered = true;
    atomic_store_explicit(&ending.registered, true, memory_order_relaxed);
    on_exit(hold_back, NULL);
    on_exit(at_exit, NULL);
    at_quick_exit(before_quick_exit);
}
