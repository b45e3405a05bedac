/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/tune/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/small_file.h"

/* In the order in which they are recommended when several do the same: what changes least first. */
static const struct {
    const char *name;
    const char *library; /* that has to be there; NULL: none */
    const char *variable;
} known[] = {
    {"arena_max=4", NULL, "GLIBC_TUNABLES=glibc.malloc.arena_max=4"},
    {"arena_max=2", NULL, "GLIBC_TUNABLES=glibc.malloc.arena_max=2"},
    {"arena_max=1", NULL, "GLIBC_TUNABLES=glibc.malloc.arena_max=1"},
    {"trim_threshold=64K", NULL, "GLIBC_TUNABLES=glibc.malloc.trim_threshold=65536"},
    {"mmap_threshold=64K", NULL, "GLIBC_TUNABLES=glibc.malloc.mmap_threshold=65536"},
    {"top_pad=0", NULL, "GLIBC_TUNABLES=glibc.malloc.top_pad=0"},
    {"tcache off", NULL, "GLIBC_TUNABLES=glibc.malloc.tcache_count=0"},
    {"jemalloc", "libjemalloc.so.2", "LD_PRELOAD=libjemalloc.so.2"},
    {"tcmalloc", "libtcmalloc.so.4", "LD_PRELOAD=libtcmalloc.so.4"},
    {"mimalloc", "libmimalloc.so.2", "LD_PRELOAD=libmimalloc.so.2"},
    {"mimalloc 3", "libmimalloc.so.3", "LD_PRELOAD=libmimalloc.so.3"},
};

static struct tune_setting *append(struct tune_settings *settings, const char *name)
{
    struct tune_setting *moved =
        realloc(settings->items, (settings->count + 1) * sizeof *settings->items);
    if (!moved)
        return NULL;
    settings->items = moved;
    struct tune_setting *setting = &moved[settings->count];
    *setting = (struct tune_setting){.name = strdup(name)};
    if (!setting->name)
        return NULL;
    settings->count++;
    return setting;
}

static bool add_variable(struct tune_setting *setting, const char *variable)
{
    char *copy = setting && setting->variable_count < TUNE_VARIABLES_MAX ? strdup(variable) : NULL;
    if (copy)
        setting->variables[setting->variable_count++] = copy;
    return copy != NULL;
}

/* Where the loader looks. */
static bool is_installed(const char *library)
{
    static const char *const directories[] = {"/lib/" MEMPROF_MULTIARCH,
                                              "/usr/lib/" MEMPROF_MULTIARCH, "/usr/local/lib",
                                              "/usr/lib64", "/usr/lib"};
    char path[256];
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        snprintf(path, sizeof path, "%s/%s", directories[i], library);
        if (access(path, R_OK) == 0)
            return true;
    }
    return false;
}

static bool add_known(struct tune_settings *settings)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if ((!known[i].library || is_installed(known[i].library)) &&
            !add_variable(append(settings, known[i].name), known[i].variable))
            return false;
    if (!is_installed("libjemalloc.so.2"))
        return true;
    struct tune_setting *decay = append(settings, "jemalloc, decay 0");
    return add_variable(decay, "LD_PRELOAD=libjemalloc.so.2") &&
           add_variable(decay, "MALLOC_CONF=dirty_decay_ms:0,muzzy_decay_ms:0");
}

/* --- from a file --- */

static bool is_variable(const char *word)
{
    size_t name = strcspn(word, "=");
    return name > 0 && word[name] == '=' &&
           strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == name;
}

/* NAME VARIABLE=VALUE...; `line` is changed. */
static struct error *add_line(struct tune_settings *settings, const char *file, unsigned number,
                              char *line)
{
    char *save, *word = strtok_r(line, " \t\r", &save);
    if (!word || *word == '#')
        return NULL;
    if (is_variable(word))
        return error_create("%s:%u: '%s' has no name before it; try 'NAME %s'", file, number, word,
                            word);
    struct tune_setting *setting = append(settings, word);
    if (!setting)
        return error_no_memory();
    while ((word = strtok_r(NULL, " \t\r", &save)) != NULL) {
        if (!is_variable(word))
            return error_create("%s:%u: '%s' is no VARIABLE=VALUE", file, number, word);
        if (setting->variable_count == TUNE_VARIABLES_MAX)
            return error_create("%s:%u: more than %d variables", file, number, TUNE_VARIABLES_MAX);
        if (!add_variable(setting, word))
            return error_no_memory();
    }
    return setting->variable_count ? NULL
                                   : error_create("%s:%u: '%s' sets no variable; try '%s "
                                                  "GLIBC_TUNABLES=glibc.malloc.arena_max=2'",
                                                  file, number, setting->name, setting->name);
}

static struct error *add_file(struct tune_settings *settings, const char *file)
{
    char *bytes;
    size_t count;
    int fault;
    struct error *error = small_file_read(file, &bytes, &count, &fault);
    char *text = error ? NULL : strndup(bytes, count), *rest = text;
    if (!error && !text)
        error = error_no_memory();
    for (unsigned number = 1; !error && rest; number++)
        error = add_line(settings, file, number, strsep(&rest, "\n"));
    if (!error && settings->count == 1)
        error = error_create("%s: has no settings; a line is NAME VARIABLE=VALUE...", file);
    free(text);
    free(bytes);
    return error;
}

struct error *tune_settings_init(struct tune_settings *settings, const char *file)
{
    *settings = (struct tune_settings){.count = 0};
    if (!append(settings, "as it is"))
        return error_no_memory();
    if (file)
        return add_file(settings, file);
    return add_known(settings) ? NULL : error_no_memory();
}

void tune_settings_deinit(struct tune_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        free(settings->items[i].name);
        for (size_t k = 0; k < settings->items[i].variable_count; k++)
            free(settings->items[i].variables[k]);
    }
    free(settings->items);
    *settings = (struct tune_settings){.count = 0};
}

/* --- the environment --- */

static char **before; /* environ, copied when it is first changed; its strings are the old ones */

static bool keep_before(void)
{
    size_t count = 0;
    while (environ[count])
        count++;
    if (!before && (before = calloc(count + 1, sizeof *before)) != NULL)
        memcpy(before, environ, count * sizeof *before);
    return before != NULL;
}

void tune_settings_restore(void)
{
    if (!before)
        return;
    clearenv();
    for (size_t i = 0; before[i]; i++)
        putenv(before[i]);
}

/* Those that are lists get what the user has, too: behind ours in LD_PRELOAD, in front of ours
 * where the last one counts. */
static bool set_variable(const char *variable)
{
    size_t length = strcspn(variable, "=");
    char *name = strndup(variable, length), *all = NULL;
    const char *value = variable + length + 1, *old = name ? getenv(name) : NULL;
    bool is_done = name != NULL;
    const char *separator = !old || !*old                                    ? NULL
                            : is_done && strcmp(name, "LD_PRELOAD") == 0     ? ":"
                            : is_done && strcmp(name, "GLIBC_TUNABLES") == 0 ? ":"
                            : is_done && strcmp(name, "MALLOC_CONF") == 0    ? ","
                                                                             : NULL;
    if (is_done && separator) {
        bool is_first = strcmp(name, "LD_PRELOAD") == 0;
        is_done = asprintf(&all, "%s%s%s", is_first ? value : old, separator,
                           is_first ? old : value) >= 0;
    }
    is_done = is_done && setenv(name, separator ? all : value, 1) == 0;
    free(all);
    free(name);
    return is_done;
}

struct error *tune_settings_apply(const struct tune_setting *setting, const char *first)
{
    char *preload = NULL;
    bool is_done = keep_before();
    for (size_t i = 0; is_done && i < setting->variable_count; i++)
        is_done = set_variable(setting->variables[i]);
    if (is_done && first) {
        is_done = asprintf(&preload, "LD_PRELOAD=%s", first) >= 0 && set_variable(preload);
        free(preload);
    }
    return is_done ? NULL : error_no_memory();
}
