/* SPDX-License-Identifier: Apache-2.0
 *
 * The end is an on_exit handler registered by our constructor: it runs after the
 * destructors of all libraries, so that what these free is not taken for leaks.
 */
#include "preload/end.h"
#include "preload/config.h"
#include "preload/helper.h"
#include "preload/log.h"
#include "preload/root.h"
#include "preload/sandbox.h"
#include "preload/text.h"
#include "preload/thread.h"

#include <stdlib.h>
#include <unistd.h>

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

void end_process(void)
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

static void at_exit(int status, void *unused)
{
    (void)status;
    (void)unused;
    end_process();
}

void end_register(void)
{
    on_exit(at_exit, NULL);
    at_quick_exit(end_process);
}
