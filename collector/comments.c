/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile that does not say what is not in it would be believed.
 */
#include "collector/comments.h"
#include "collector/symbols/confine.h"

#include <inttypes.h>
#include <stdio.h>

static bool add_losses(struct profile *profile, const struct state_info *info)
{
    char text[512];
    uint64_t lost = state_info_lost(info);
    if (lost == 0)
        return true;
    int length = snprintf(text, sizeof(text), "memprof: %" PRIu64 " events lost", lost);
    const char *separator = ": ";
    for (unsigned i = 0; i < STATE_READER_LOSSES; i++) {
        bool is_lost;
        const char *name = state_loss_name(i, &is_lost);
        if (!name || info->losses[i] == 0)
            continue;
        length += snprintf(text + length, sizeof(text) - (size_t)length, "%s%s %" PRIu64, separator,
                           name, info->losses[i]);
        separator = ", ";
    }
    return profile_add_comment(profile, text);
}

bool comments_add(struct profile *profile, const struct state_info *info)
{
    char text[128];
    snprintf(text, sizeof(text), "memprof: interval %" PRIu64 " bytes", info->interval_bytes);
    if (!profile_add_comment(profile, "memprof: version " MEMPROF_VERSION) ||
        !profile_add_comment(profile, text) || !add_losses(profile, info))
        return false;
    if (info->truncated == 0)
        return true;
    snprintf(text, sizeof(text),
             "memprof: %" PRIu64 " of %" PRIu64 " samples have truncated stacks", info->truncated,
             info->samples);
    return profile_add_comment(profile, text);
}

bool comments_add_symbols(struct profile *profile, const struct symbolize_report *report,
                          char **warning, char **remark)
{
    int length = 0;
    if (report->unconfined &&
        asprintf(remark, "symbols were read without %s", confine_missing(report->unconfined)) < 0)
        return false;
    if (report->given_up)
        length =
            asprintf(warning, "names are missing: the symbols of %s %s", report->given_up,
                     report->is_late ? "take too long" : "are damaged or take too much memory");
    else if (report->packed)
        length = asprintf(warning,
                          "lines are missing: the debug information of %s is compressed in a way "
                          "(zstd?) that the installed libelf cannot unpack: install libelf 0.189 "
                          "or later, or use objcopy --decompress-debug-sections",
                          report->packed);
    else if (report->has_no_reader)
        length = asprintf(warning, "names are missing: memprof-symbols, which reads them, is not "
                                   "beside memprof-collect, or others may write it: install it "
                                   "there");
    else if (report->is_late)
        length = asprintf(warning, "lines are missing: the time to look for them was over");
    if (length < 0)
        return false;
    char text[1024];
    snprintf(text, sizeof(text), "memprof: %s", *warning ? *warning : "");
    return !*warning || profile_add_comment(profile, text);
}
