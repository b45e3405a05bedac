/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/label_source.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_BYTES      (128u << 10) /* of an environment: as much as one string of it may have */
#define CONTAINER_BYTES 64           /* an id has that many digits */

void label_sources_deinit(struct label_sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        free(sources->items[i].label);
        free(sources->items[i].variable);
        pattern_destroy(sources->items[i].pattern);
    }
    free(sources->items);
    *sources = (struct label_sources){.count = 0};
}

static struct error *take_kind(struct label_source *source, const char *text, const char *what)
{
    static const char env[] = "env:", cmdline[] = "cmdline:";
    if (strncmp(what, env, sizeof env - 1) == 0 && what[sizeof env - 1]) {
        source->kind = LABEL_ENV;
        source->variable = strdup(what + sizeof env - 1);
        return source->variable ? NULL : error_no_memory();
    }
    if (strncmp(what, cmdline, sizeof cmdline - 1) == 0 && what[sizeof cmdline - 1]) {
        source->kind = LABEL_CMDLINE;
        struct error *error = pattern_create_capturing(what + sizeof cmdline - 1, &source->pattern);
        if (!error)
            return NULL;
        struct error *ours = error_create("--label-from: '%s': %s", text, error_message(error));
        error_destroy(error);
        return ours;
    }
    if (strcmp(what, "cgroup") == 0 || strcmp(what, "pid") == 0) {
        source->kind = *what == 'c' ? LABEL_CGROUP : LABEL_PID;
        return NULL;
    }
    return error_create("--label-from: '%s' is none of env:VAR, cgroup, cmdline:REGEX and pid",
                        text);
}

static const char *default_label(const struct label_source *source)
{
    switch (source->kind) {
    case LABEL_ENV:
        return source->variable;
    case LABEL_CGROUP:
        return "container_id";
    case LABEL_CMDLINE:
        return "cmdline";
    case LABEL_PID:
        break;
    }
    return "pid";
}

/* LABEL=SOURCE has its "=" before a colon. */
struct error *label_sources_add(struct label_sources *sources, const char *text, bool is_parca)
{
    struct label_source *items = realloc(sources->items, (sources->count + 1) * sizeof *items);
    if (!items)
        return error_no_memory();
    sources->items = items;
    struct label_source *source = &items[sources->count++];
    *source = (struct label_source){.label = NULL};
    const char *what = text;
    if (text[strcspn(text, "=:")] == '=') {
        what = strchr(text, '=') + 1;
        source->label = strndup(text, (size_t)(what - 1 - text));
    }
    struct error *error = take_kind(source, text, what);
    if (error)
        return error;
    if (!source->label)
        source->label = strdup(default_label(source));
    return source->label ? push_label_check_name(source->label, is_parca) : error_no_memory();
}

struct error *label_sources_check(const struct label_sources *sources,
                                  const struct push_labels *labels)
{
    for (size_t i = 0; i < sources->count; i++) {
        bool clashes = push_labels_has(labels, sources->items[i].label);
        for (size_t k = 0; k < i; k++)
            clashes |= strcmp(sources->items[k].label, sources->items[i].label) == 0;
        if (clashes)
            return error_create("label '%s' is given twice; try --label-from=OTHER=SOURCE",
                                sources->items[i].label);
    }
    return NULL;
}

/* ---- what is found ---- */

/* A file of /proc/PID, with a NUL at its end; the caller frees it.  NULL: none. */
static char *read_proc(pid_t pid, const char *name, size_t *length)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *text = fd >= 0 ? malloc(FILE_BYTES + 1) : NULL;
    *length = 0;
    for (ssize_t got; text && *length < FILE_BYTES &&
                      (got = read(fd, text + *length, FILE_BYTES - *length)) > 0;)
        *length += (size_t)got;
    if (text)
        text[*length] = '\0';
    if (fd >= 0)
        close(fd);
    return text;
}

/* The value of VARIABLE among strings that end in NULs. */
static const char *find_variable(const char *text, size_t length, const char *variable)
{
    size_t name = strlen(variable);
    for (const char *at = text; at < text + length; at += strlen(at) + 1)
        if (strncmp(at, variable, name) == 0 && at[name] == '=')
            return at + name + 1;
    return NULL;
}

/* 64 digits that no further digit follows: docker-<id>.scope, cri-containerd-<id>.scope,
 * .../kubepods/.../<id>. */
static const char *find_container(const char *text)
{
    for (const char *at = text; *at;) {
        size_t digits = strspn(at, "0123456789abcdef");
        if (digits == CONTAINER_BYTES && !isalnum((unsigned char)at[digits]))
            return at;
        at += digits ? digits : 1;
    }
    return NULL;
}

const char *label_of_cgroup(char *text, size_t *length)
{
    const char *container = find_container(text);
    if (container) {
        *length = CONTAINER_BYTES;
        return container;
    }
    /* That of the unified hierarchy, "0::/system.slice/app.service", or of the first other. */
    char *line = strstr(text, "0::");
    line = line && (line == text || line[-1] == '\n') ? line : text;
    line[strcspn(line, "\n")] = '\0';
    const char *slash = strrchr(line, '/');
    *length = slash ? strlen(slash + 1) : 0;
    return *length ? slash + 1 : NULL;
}

static bool find(const struct label_source *source, pid_t pid, struct push_labels *labels)
{
    static const char *const files[] = {
        [LABEL_ENV] = "environ", [LABEL_CGROUP] = "cgroup", [LABEL_CMDLINE] = "cmdline"};
    char number[16];
    const char *value = NULL;
    size_t length = 0;
    if (source->kind == LABEL_PID) {
        snprintf(number, sizeof number, "%d", (int)pid);
        return push_labels_add_found(labels, source->label, number, strlen(number));
    }
    char *text = read_proc(pid, files[source->kind], &length);
    if (!text)
        return true;
    if (source->kind == LABEL_ENV) {
        value = find_variable(text, length, source->variable);
        length = value ? strlen(value) : 0;
    } else if (source->kind == LABEL_CGROUP) {
        value = label_of_cgroup(text, &length);
    } else {
        for (size_t i = 0; i + 1 < length; i++)
            if (!text[i])
                text[i] = ' ';
        if (!pattern_capture(source->pattern, text, &value, &length))
            value = NULL;
    }
    bool has_memory = !value || push_labels_add_found(labels, source->label, value, length);
    free(text);
    return has_memory;
}

bool label_sources_find(const struct label_sources *sources, pid_t pid, struct push_labels *labels)
{
    bool has_memory = true;
    for (size_t i = 0; pid > 0 && i < sources->count; i++)
        has_memory = find(&sources->items[i], pid, labels) && has_memory;
    return has_memory;
}
