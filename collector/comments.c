/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile that does not say what is not in it would be believed.
 */
#include "collector/comments.h"
#include "collector/base/utf8.h"
#include "collector/state/counts.h"
#include "collector/state/liveness.h"
#include "collector/state/names.h"
#include "collector/symbols/confine.h"
#include "collector/words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* One "memprof: KEY VALUE"; the README has the keys. */
__attribute__((format(printf, 2, 3))) static bool add(struct profile *profile, const char *format,
                                                      ...)
{
    char text[512] = "memprof: ";
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, sizeof(text) - length, format, arguments);
    va_end(arguments);
    return profile_add_comment(profile, text);
}

/* A moment as RFC 3339 has it, in UTC. */
static bool add_time(struct profile *profile, const char *key, uint64_t ns)
{
    char text[64] = "";
    struct tm utc;
    time_t seconds = (time_t)(ns / 1000000000);
    if (!gmtime_r(&seconds, &utc) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc))
        return true; /* a year that no calendar has */
    return add(profile, "%s %s.%09" PRIu64 "Z", key, text, ns % 1000000000);
}

/* For people in one line, and for programs by kind. */
static bool add_losses(struct profile *profile, const struct state_info *info)
{
    char text[400];
    uint64_t lost = state_info_lost(info);
    int length = snprintf(text, sizeof(text), "%" PRIu64 " events lost", lost);
    const char *separator = ": ";
    bool is_lost, has_memory = true;
    for (unsigned i = 0; i < STATE_READER_LOSSES; i++) {
        const char *name = state_loss_name(i, &is_lost);
        if (!name || info->losses[i] == 0)
            continue;
        length += snprintf(text + length, sizeof(text) - (size_t)length, "%s%s %" PRIu64, separator,
                           name, info->losses[i]);
        separator = ", ";
        has_memory =
            has_memory && add(profile, "lost_%s %" PRIu64, state_loss_key(i), info->losses[i]);
    }
    return has_memory && (lost == 0 || add(profile, "%s", text));
}

static bool add_build_id(struct profile *profile, const struct module *executable)
{
    char hex[MODULE_BUILD_ID_TEXT];
    if (!executable || executable->build_id_length == 0)
        return true;
    return add(profile, "build_id %s",
               module_build_id_text(hex, executable->build_id, executable->build_id_length));
}

static bool add_peak(struct profile *profile, const struct comments_about *about)
{
    const struct state_reader_peak *peak = about->peak;
    if (about->is_at_peak && !add(profile, "view peak%s",
                                  !peak->is_known   ? " (not recorded: the values are those of now)"
                                  : !peak->is_exact ? " (inexact)"
                                                    : ""))
        return false;
    if (about->is_difference && !add(profile, "view difference"))
        return false;
    if (!peak->is_known)
        return true;
    uint64_t ns = peak->is_now ? about->end_ns : peak->ns;
    return add(profile, "peak %" PRIu64 " bytes", peak->bytes) &&
           (ns == 0 || add_time(profile, "peak_time", ns));
}

bool comments_add(struct profile *profile, const struct comments_about *about)
{
    const struct state_info *info = about->info;
    return add(profile, "version " MEMPROF_VERSION) &&
           add(profile, "interval %" PRIu64 " bytes", info->interval_bytes) &&
           add(profile, "seed %" PRIu64, info->seed) &&
           add(profile, "unwinder %s", info->unwinder) &&
           add(profile, "depth %" PRIu32, info->depth) &&
           add(profile, "threads %" PRIu64, info->threads) &&
           add_time(profile, "start", info->start_ns) &&
           (about->end_ns == 0 || add_time(profile, "end", about->end_ns)) &&
           add_build_id(profile, about->executable) && add_peak(profile, about) &&
           add_losses(profile, info) &&
           (info->truncated == 0 ||
            add(profile, "%" PRIu64 " of %" PRIu64 " samples have truncated stacks",
                info->truncated, info->samples));
}

/* False: no memory.  Frees the text. */
static bool add_hidden(struct profile *profile, const char *key, char *text)
{
    char *comment = NULL;
    if (!text || asprintf(&comment, "#memprof: %s %s", key, text) < 0)
        comment = NULL;
    if (comment)
        utf8_sanitize(comment, strlen(comment));
    bool is_added = comment && profile_add_comment(profile, comment);
    free(comment);
    free(text);
    return is_added;
}

bool comments_add_origin(struct profile *profile, const struct state_info *info,
                         bool with_arguments)
{
    const char *wish = getenv("MEMPROF_ARGUMENTS");
    char host[256] = "";
    /* A process of another container has another host than we have. */
    if (!live_is_foreign_namespace(info->pid_namespace) &&
        gethostname(host, sizeof(host) - 1) == 0 && *host &&
        !add_hidden(profile, "host", strdup(host)))
        return false;
    if (wish && *wish)
        with_arguments = strcmp(wish, "0") != 0;
    return !with_arguments || info->arguments_bytes == 0 ||
           add_hidden(profile, "command", words_of_state(info));
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
