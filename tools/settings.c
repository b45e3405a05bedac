/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of settings and what makes a value of each acceptable.
 */
#include "tools/settings.h"
#include "collector/state/dirs.h"
#include "preload/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/profile/peak_name.h"
#include "tools/quantity.h"

static struct error *check_interval(const char *text)
{
    uint64_t bytes;
    if (quantity_parse_bytes(text, &bytes) && bytes >= OPTION_INTERVAL_MIN &&
        bytes <= OPTION_INTERVAL_MAX)
        return NULL;
    return error_create("'%s' is not a number of bytes from 1 to %" PRIu64 "G; "
                        "try %" PRIu64 "K (suffixes K, M, G; 1 records every allocation)",
                        text, OPTION_INTERVAL_MAX >> 30, OPTION_INTERVAL_DEFAULT >> 10);
}

static struct error *check_depth(const char *text)
{
    uint64_t depth;
    if (quantity_parse_number(text, &depth) && depth >= OPTION_DEPTH_MIN &&
        depth <= OPTION_DEPTH_MAX)
        return NULL;
    return error_create("'%s' is not a number of frames from %u to %u; try %u", text,
                        OPTION_DEPTH_MIN, OPTION_DEPTH_MAX, OPTION_DEPTH_DEFAULT);
}

static struct error *check_seed(const char *text)
{
    uint64_t seed;
    if (quantity_parse_number(text, &seed))
        return NULL;
    return error_create("'%s' is not a 64-bit number; try 42", text);
}

static struct error *check_state_max(const char *text)
{
    uint64_t bytes;
    if (quantity_parse_bytes(text, &bytes) && bytes >= OPTION_STATE_MIN &&
        bytes <= OPTION_STATE_MAX)
        return NULL;
    return error_create("'%s' is not a size from %" PRIu64 "M to %" PRIu64 "G; try %" PRIu64 "M",
                        text, OPTION_STATE_MIN >> 20, OPTION_STATE_MAX >> 30,
                        OPTION_STATE_DEFAULT >> 20);
}

/* "diff" unwinds by cfi and compares with libunwind; it is for tests of the unwinder. */
static struct error *check_unwind(const char *text)
{
    static const char *const names[] = {OPTION_UNWINDERS};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0)
            return NULL;
    return error_create("'%s' is not a way to find stacks; try cfi, fp or libunwind", text);
}

static struct error *check_verbose(const char *text)
{
    uint64_t level;
    if (quantity_parse_number(text, &level) && level <= OPTION_VERBOSE_MAX)
        return NULL;
    return error_create("'%s' is not a level of messages; try 0 or 1", text);
}

static struct error *check_peak(const char *text)
{
    if (strcmp(text, "0") == 0 || strcmp(text, "1") == 0)
        return NULL;
    return error_create("'%s' is neither 0 nor 1; try 1", text);
}

static struct error *check_lifetimes(const char *text)
{
    uint64_t windows;
    if (quantity_parse_number(text, &windows) && windows <= OPTION_LIFETIMES_MAX)
        return NULL;
    return error_create("'%s' is not a number of windows from 0 to %u, of which one is followed; "
                        "try %u (0: lifetimes are not recorded)",
                        text, OPTION_LIFETIMES_MAX, OPTION_LIFETIMES_DEFAULT);
}

static struct error *check_length(const char *text)
{
    if (!*text)
        return error_create("the name is empty");
    if (strlen(text) >= OPTION_PATH_MAX)
        return error_create("the name is longer than %u bytes", OPTION_PATH_MAX - 1);
    return NULL;
}

static struct error *check_directory(const char *text)
{
    struct error *error = check_length(text);
    return error ? error : state_dirs_check_given(text);
}

static struct error *check_collector(const char *text)
{
    struct error *error = check_length(text);
    if (error || strcmp(text, "none") == 0)
        return error;
    struct stat status;
    if (stat(text, &status) != 0)
        return error_create_errno(errno, "%s", text);
    if (!S_ISREG(status.st_mode) || access(text, X_OK) != 0)
        return error_create("%s: is not a program; try the path of memprof-collect, or none", text);
    return NULL;
}

/* A name without escapes must not be that of a directory or a device, which a profile cannot
 * replace. */
static struct error *check_target(const char *text)
{
    struct stat status;
    if (strchr(text, '%') || lstat(text, &status) != 0)
        return NULL;
    if (S_ISDIR(status.st_mode))
        return error_create("'%s' is a directory; try %s/%s", text, text, PROFILE_TEMPLATE);
    if (!S_ISREG(status.st_mode))
        return error_create("'%s' is not a regular file; try another name", text);
    if (status.st_uid != geteuid())
        return error_create("'%s' belongs to another user; try another name", text);
    return NULL;
}

/* The template's directory, unless it depends on the process, must be there now. */
static struct error *check_output_directory(const char *text)
{
    const char *slash = strrchr(text, '/');
    if (slash && !slash[1])
        return error_create("'%s' names a directory; try %s%s", text, text, PROFILE_TEMPLATE);
    if (memchr(text, '%', slash ? (size_t)(slash - text) : 0))
        return NULL;
    char *directory = slash ? strndup(text, (size_t)(slash - text) + 1) : strdup("./");
    if (!directory)
        return error_no_memory();
    struct error *error = NULL;
    struct stat status;
    if (stat(directory, &status) != 0)
        error = error_create("'%s': no directory %s: %s; try one that exists", text, directory,
                             strerror(errno));
    else if (access(directory, W_OK | X_OK) != 0)
        error = error_create("'%s': cannot write to %s: %s; try --output=/tmp/%s", text, directory,
                             strerror(errno), slash ? slash + 1 : text);
    free(directory);
    return error ? error : check_target(text);
}

/* A directory whose name ends like a profile's is more likely a mistake. */
static bool is_named_like_a_profile(const char *text)
{
    size_t length = strlen(text);
    return length > 3 && strcmp(text + length - 3, ".gz") == 0;
}

struct error *settings_expand_output(const char *text, char **expanded)
{
    struct stat status;
    size_t length = strlen(text);
    bool has_slash = length > 0 && text[length - 1] == '/';
    if (has_slash && !strchr(text, '%') && mkdir(text, 0777) != 0 && errno != EEXIST)
        return error_create_errno(errno, "'%s': the directory cannot be created", text);
    bool is_directory = has_slash || (!is_named_like_a_profile(text) && !strchr(text, '%') &&
                                      stat(text, &status) == 0 && S_ISDIR(status.st_mode));
    int printed = is_directory
                      ? asprintf(expanded, "%s%s%s", text, has_slash ? "" : "/", PROFILE_TEMPLATE)
                      : asprintf(expanded, "%s", text);
    return printed < 0 ? error_no_memory() : NULL;
}

struct error *settings_check_output(const char *text)
{
    struct error *error = check_length(text);
    if (error)
        return error;
    for (const char *percent = strchr(text, '%'); percent; percent = strchr(percent + 2, '%'))
        if (!percent[1] || !strchr("ept%", percent[1]))
            return error_create("'%s': %%%c is unknown; try %%e, %%p, %%t, or %%%% for a %%", text,
                                percent[1] ? percent[1] : ' ');
    return check_output_directory(text);
}

const struct setting settings[] = {
    {"MEMPROF_INTERVAL", "interval", 'i', check_interval},
    {"MEMPROF_OUT", "output", 'o', settings_check_output},
    {"MEMPROF_DIR", "dir", 0, check_directory},
    {"MEMPROF_DEPTH", "depth", 0, check_depth},
    {"MEMPROF_UNWIND", "unwind", 0, check_unwind},
    {"MEMPROF_SEED", "seed", 0, check_seed},
    {"MEMPROF_STATE_MAX", "state-max", 0, check_state_max},
    {"MEMPROF_COLLECTOR", "collector", 0, check_collector},
    {"MEMPROF_VERBOSE", NULL, 0, check_verbose},
    {"MEMPROF_PEAK", NULL, 0, check_peak},
    {"MEMPROF_LIFETIMES", NULL, 0, check_lifetimes},
};
const size_t settings_count = sizeof settings / sizeof *settings;

/* Puts the name that the user typed before the reason. */
static struct error *name_error(const char *dashes, const char *name, struct error *error)
{
    struct error *named = error_create("%s%s: %s", dashes, name, error_message(error));
    error_destroy(error);
    return named;
}

struct error *settings_set(const struct setting *setting, const char *text)
{
    char *expanded = NULL;
    struct error *error = NULL;
    if (setting->check == settings_check_output) {
        error = settings_expand_output(text, &expanded);
        text = expanded;
    }
    if (!error && setting->check)
        error = setting->check(text);
    if (error)
        error = name_error("--", setting->flag, error);
    else if (setenv(setting->variable, text, 1) != 0)
        error = error_no_memory();
    free(expanded);
    return error;
}

struct error *settings_set_lifetimes(const char *text)
{
    char usual[16];
    snprintf(usual, sizeof usual, "%u", OPTION_LIFETIMES_DEFAULT);
    struct error *error = text ? check_lifetimes(text) : NULL;
    if (error)
        return name_error("--", "lifetimes", error);
    return setenv("MEMPROF_LIFETIMES", text ? text : usual, 1) == 0 ? NULL : error_no_memory();
}

struct error *settings_check_environment(void)
{
    for (size_t i = 0; i < settings_count; i++) {
        const char *text = getenv(settings[i].variable);
        if (!text || !*text || !settings[i].check)
            continue;
        struct error *error = settings[i].check(text);
        if (error)
            return name_error("", settings[i].variable, error);
    }
    return NULL;
}
