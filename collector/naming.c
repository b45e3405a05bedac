/* SPDX-License-Identifier: Apache-2.0
 *
 * The owner of a state's file is not its author: a process that started as root and gave
 * its rights up for good still has the file mapped, so has one in a sandbox or in a
 * container, and what they write there looks like any other state.  Nothing in the file
 * can prove who wrote it.  So a state never says where a profile goes, unless the process
 * itself collects it at its end, with no more rights than it has: otherwise the directory
 * and the name come from who collects, and the state fills in %e, %p and %t.  These may
 * choose among our own earlier profiles only where the name of the state's file, which
 * whoever lost our rights cannot change, says the same.
 */
#include "collector/naming.h"
#include "collector/base/clock.h"
#include "collector/profile/peak_name.h"
#include "preload/state_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool naming_has(const char *template, char letter)
{
    for (const char *at = template; (at = strchr(at, '%')) != NULL && at[1]; at += 2)
        if (at[1] == letter)
            return true;
    return false;
}

static bool is_later(const struct state_info *info)
{
    return !info->is_first && (info->is_forked || info->is_child);
}

/* The process itself collects, at its end: what it asked for counts. */
static void decide_itself(struct naming *naming, const struct state_info *info)
{
    uint64_t now = clock_ns(CLOCK_REALTIME);
    naming->template = info->out ? info->out : PROFILE_TEMPLATE;
    naming->directory = info->cwd[0] == '/' ? info->cwd : NULL;
    naming->fresh_from_ns = info->start_ns < now ? info->start_ns : now;
    naming->may_replace = true;
    naming->is_later = is_later(info);
}

void naming_decide(struct naming *naming, const struct state_info *info,
                   const struct naming_origin *origin, const struct collect_options *options)
{
    static uint64_t
        began_ns; /* when this collector began: it does not replace what it wrote itself */
    if (began_ns == 0)
        began_ns = clock_ns(CLOCK_REALTIME);
    *naming = (struct naming){.fresh_from_ns = began_ns};
    if (options->at_exit && origin->is_ours && !options->out) {
        decide_itself(naming, info);
        return;
    }
    const char *environment = getenv("MEMPROF_OUT");
    naming->template = options->out                    ? options->out
                       : environment && environment[0] ? environment
                                                       : PROFILE_TEMPLATE;
    if (options->run_began_ns) {
        naming->fresh_from_ns = options->run_began_ns;
        naming->is_later = is_later(info);
    }
    bool names_process = naming_has(naming->template, 'e') || naming_has(naming->template, 'p');
    naming->may_replace =
        origin->is_ours && !naming_has(naming->template, 't') &&
        (!names_process || (origin->name && state_name_is_of(origin->name, info->comm, info->pid)));
}
