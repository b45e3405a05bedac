/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/ratchet_update.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/gates/ratchet.h"

#define COMMIT_TEXT    128
#define COMMIT_SHORT   12 /* digits of a hash that are kept */
#define COMMIT_UNKNOWN "unknown"

/* --- the commit --- */

static bool is_commit(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && length < COMMIT_TEXT &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+-") ==
               length;
}

static void ask_git(char text[static COMMIT_TEXT])
{
    text[0] = '\0';
    FILE *git = popen("git rev-parse HEAD 2>/dev/null", "re");
    if (git && fgets(text, COMMIT_TEXT, git))
        text[strcspn(text, "\n")] = '\0';
    if (git && pclose(git) != 0)
        text[0] = '\0';
}

/* The commit that the options give, that the job's environment gives, or that the checkout in the
 * working directory is at. */
static struct error *find_commit(const char *given, char text[static COMMIT_TEXT])
{
    static const char *const variables[] = {"GITHUB_SHA", "CI_COMMIT_SHA"};
    if (given && !is_commit(given))
        return error_create("--commit: '%s' is no name of a commit; try a hash", given);
    for (size_t i = 0; !given && i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        given = value && is_commit(value) ? value : NULL;
    }
    if (given)
        snprintf(text, COMMIT_TEXT, "%s", given);
    else
        ask_git(text);
    if (!is_commit(text))
        snprintf(text, COMMIT_TEXT, COMMIT_UNKNOWN);
    if (strlen(text) >= 40 && text[strspn(text, "0123456789abcdef")] == '\0')
        text[COMMIT_SHORT] = '\0';
    return NULL;
}

/* --- the values --- */

struct error *ratchet_update(const struct report *report)
{
    const struct diff_options *options = report->sides->options;
    struct ratchet ratchet;
    char commit[COMMIT_TEXT];
    struct error *error = ratchet_read(&ratchet, options->ratchet, true);
    if (!error)
        error = find_commit(options->commit, commit);
    for (size_t i = 0; i < report->gate_count && !error; i++) {
        const struct gate *gate = &report->gates[i];
        if (gate->is_measured && !gate->is_ratchet && isfinite(gate->reached) && gate->reached >= 0)
            error = ratchet_note(&ratchet, report->sides->program[1], &gate->spec, gate->reached,
                                 commit);
    }
    if (!error)
        error = ratchet_write(&ratchet, options->ratchet);
    ratchet_deinit(&ratchet);
    return error;
}
