/* SPDX-License-Identifier: Apache-2.0
 *
 * A regular expression may have colons: the metric and the limit are what stands last.
 */
#include "tools/gates/spec.h"

#include <stdlib.h>
#include <string.h>

static struct error *bad(const char *text, const char *what)
{
    return error_create("--fail-on: '%s': %s; try 'alloc_objects:+2%%', 'inuse_space:+1MiB', "
                        "'peak:+5%%', 'allocs/op:+0', '@REGEX:alloc_space:+0', "
                        "'module/REGEX:alloc_space:+5%%', 'own:alloc_space:+1%%' or "
                        "'new-site:alloc_space:64KiB'",
                        text, what);
}

bool gate_subject_parse(const char *text, enum gate_subject *subject, struct pattern **pattern,
                        struct error **error)
{
    static const char module[] = "module/";
    const char *expression;
    if (text[0] == '@') {
        *subject = GATE_FUNCTIONS;
        expression = text + 1;
    } else if (strncmp(text, module, sizeof module - 1) == 0) {
        *subject = GATE_MODULES;
        expression = text + sizeof module - 1;
    } else {
        return false;
    }
    *error = *expression ? pattern_create(expression, pattern)
                         : error_create("the regular expression is empty");
    return *error == NULL;
}

static struct error *read_subject(struct gate_spec *spec, const char *subject)
{
    struct error *reason = NULL;
    if (gate_subject_parse(subject, &spec->subject, &spec->pattern, &reason))
        return NULL;
    if (reason) {
        struct error *error = bad(spec->text, error_message(reason));
        error_destroy(reason);
        return error;
    }
    if (strcmp(subject, "own") == 0)
        spec->subject = GATE_OWN;
    else if (strcmp(subject, "rest") == 0)
        spec->subject = GATE_REST;
    else if (strcmp(subject, "new-site") == 0)
        spec->subject = GATE_NEW_SITES;
    else
        return bad(spec->text,
                   "what it is about is neither @REGEX, module/REGEX, own, rest nor new-site");
    return NULL;
}

/* What cannot be asked for together. */
static const char *contradiction(const struct gate_spec *spec)
{
    if (spec->subject == GATE_NEW_SITES && spec->limit.is_relative)
        return "what is new has no base to be a share of";
    if (spec->subject == GATE_NEW_SITES && spec->metric == METRIC_PEAK)
        return "which sites are new is asked of all that was allocated, not of the peak";
    return NULL;
}

/* `copy` is taken apart. */
static struct error *read_parts(struct gate_spec *spec, char *copy)
{
    char *limit = strrchr(copy, ':');
    if (!limit)
        return bad(spec->text, "it has no limit");
    spec->key_length = (size_t)(limit - copy);
    *limit++ = '\0';
    char *metric = strrchr(copy, ':');
    if (metric)
        *metric++ = '\0';
    const char *name = metric ? metric : copy;
    if (!metric_find(name, strlen(name), &spec->metric))
        return bad(spec->text, "its value is unknown: it is none of " METRIC_LIST);
    if (!limit_parse(limit + (*limit == '+'), spec->metric, &spec->limit))
        return bad(spec->text, metric_is_bytes(spec->metric)
                                   ? "its limit is not a size or a percentage"
                                   : "its limit is not a number or a percentage");
    struct error *error = metric ? read_subject(spec, copy) : NULL;
    const char *why = error ? NULL : contradiction(spec);
    return why ? bad(spec->text, why) : error;
}

struct error *gate_spec_parse(struct gate_spec *spec, const char *text)
{
    *spec = (struct gate_spec){.text = text};
    char *copy = strdup(text);
    struct error *error = copy ? read_parts(spec, copy) : error_no_memory();
    free(copy);
    return error;
}

void gate_spec_deinit(struct gate_spec *spec)
{
    pattern_destroy(spec->pattern);
    spec->pattern = NULL;
}
