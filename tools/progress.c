/* SPDX-License-Identifier: Apache-2.0
 *
 * Progress on a terminal.
 */
#include "tools/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "collector/base/clean.h"
#include "collector/base/clock.h"

#define FIRST_AFTER_NS UINT64_C(1000000000)
#define AGAIN_AFTER_NS UINT64_C(100000000)

void progress_begin(struct progress *progress, const char *what)
{
    *progress = (struct progress){.what = what, .start_ns = clock_ns(CLOCK_MONOTONIC)};
}

void progress_step(void *context, uint64_t done, uint64_t total)
{
    struct progress *progress = context;
    uint64_t now = clock_ns(CLOCK_MONOTONIC);
    if (now - progress->start_ns < FIRST_AFTER_NS || now - progress->shown_ns < AGAIN_AFTER_NS ||
        !isatty(STDERR_FILENO))
        return;
    progress->shown_ns = now;
    progress->is_shown = true;
    fputs("\rmemprof: ", stderr);
    clean_put_text(stderr, progress->what);
    fprintf(stderr, ": %3u%%", total ? (unsigned)(100.0 * (double)done / (double)total) : 0);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (!progress->is_shown)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->is_shown = false;
}
