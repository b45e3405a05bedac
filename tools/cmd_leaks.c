/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof leaks: what is live at the end of a profile, by call site.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/profile/prune.h"
#include "collector/profile/stacks.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/frames.h"
#include "tools/inputs.h"
#include "tools/leaks/suppressions.h"
#include "tools/measure.h"
#include "tools/open.h"
#include "tools/options.h"
#include "tools/quantity.h"

#define COMMAND     "leaks"
#define SITES_SHOWN 20

static const char help_text[] =
    "Usage: memprof leaks [OPTION]... FILE|DIRECTORY...\n"
    "Lists what was still allocated when the profile was made, by call site, largest first,\n"
    "and ends with status 1 when it is more than a limit.  Several profiles are added up; of\n"
    "the runs in a directory of 'memprof stat' the one that leaves the most is taken.\n"
    "What is live at the end need not be lost: a program may hold it on purpose.\n"
    "\n"
    "      --limit=BYTES        what may be left: a size (0), with K, M or G\n"
    "      --suppressions=FILE  call sites that do not count, in LeakSanitizer's syntax:\n"
    "                           lines like 'leak:FUNCTION'; may be given several times\n"
    "  -n, --count=N            the N largest call sites (20)\n"
    "      --frames=N           frames of a stack (40; 0: all)\n"
    "  -h, --help               show this help\n"
    "  -V, --version            show the version\n"
    "\n"
    "Examples:\n"
    "  memprof run --interval 1 -o app.pb.gz -- ./app\n"
    "  memprof leaks app.pb.gz\n"
    "  memprof leaks --limit=64K --suppressions=lsan.supp app.pb.gz\n"
    "\n"
    "Exit status: 0 no more than the limit is left, 1 more is left, 2 could not.\n";

struct leaks {
    uint64_t limit_bytes, sites, frames;
    struct suppressions suppressions;
};

static struct error *take(void *context, int option, const char *value)
{
    struct leaks *leaks = context;
    switch (option) {
    case 'l':
        if (!quantity_parse_bytes(value, &leaks->limit_bytes))
            return error_create("--limit: '%s' is not a size; try 64K", value);
        break;
    case 's':
        return suppressions_read(&leaks->suppressions, value);
    case 'n':
        return options_number("count", value, 1, UINT32_MAX - 1, "20", &leaks->sites);
    case 'F':
        return options_number("frames", value, 0, UINT32_MAX - 1, "10", &leaks->frames);
    }
    return NULL;
}

/* --- printing --- */

static void print_amount(int64_t bytes, int64_t objects)
{
    char size[MEASURE_TEXT], count[MEASURE_TEXT];
    printf("%s in %s", measure_alone(size, "bytes", bytes),
           measure_count(count, objects < 0 ? 0 : (uint64_t)objects, "object"));
}

static void print_suppressed(const struct suppressions *suppressions)
{
    for (size_t i = 0; i < suppressions->count; i++) {
        const struct suppression *suppression = &suppressions->items[i];
        if (!suppression->stacks)
            continue;
        fputs("Suppressed by leak:", stdout);
        cli_put(suppression->pattern, 0);
        fputs(": ", stdout);
        print_amount(suppression->bytes, suppression->objects);
        puts(".");
    }
}

/* --- counting --- */

struct counting {
    const struct profile *profile;
    int bytes, objects; /* types */
    struct profile_stacks stacks;
    int64_t left_bytes, left_objects;
    uint32_t left; /* how many stacks, at the front, are not suppressed */
};

static void suppress(struct counting *at, const struct suppressions *suppressions)
{
    for (uint32_t i = 0; i < at->stacks.count; i++) {
        const struct profile_stack_sum *sum = &at->stacks.items[i];
        int64_t bytes = sum->values[at->bytes], objects = sum->values[at->objects];
        struct suppression *by = suppressions_find(suppressions, at->profile, sum->node);
        if (by) {
            by->stacks++;
            by->bytes += bytes;
            by->objects += objects;
            continue;
        }
        at->left_bytes += bytes;
        at->left_objects += objects;
        at->stacks.items[at->left++] = *sum;
    }
}

static bool print(const struct counting *at, const struct leaks *leaks)
{
    bool is_sampled = at->profile->period > 1, has_memory = true;
    print_amount(at->left_bytes, at->left_objects);
    printf("%s live at the end, from %" PRIu32 " call site%s.\n", is_sampled ? " (estimated)" : "",
           at->left, at->left == 1 ? "" : "s");
    for (uint32_t i = 0; has_memory && i < at->left && i < leaks->sites; i++) {
        const struct profile_stack_sum *sum = &at->stacks.items[i];
        putchar('\n');
        print_amount(sum->values[at->bytes], sum->values[at->objects]);
        puts(" from");
        has_memory = frames_print(at->profile, sum->node, leaks->frames);
    }
    if (at->left > leaks->sites)
        printf("\n%" PRIu64 " more call sites; --count shows them.\n", at->left - leaks->sites);
    if (at->left)
        putchar('\n');
    print_suppressed(&leaks->suppressions);
    return has_memory;
}

static struct error *count(struct profile *profile, const char *name, const struct leaks *leaks,
                           int *status)
{
    struct counting at = {.profile = profile,
                          .bytes = profile_find_type(profile, "inuse_space"),
                          .objects = profile_find_type(profile, "inuse_objects")};
    if (at.bytes < 0 || at.objects < 0)
        return error_create("%s: is no heap profile: it does not say what is in use", name);
    profile_clean(profile);
    bool has_memory =
        profile_prune_named(profile) && profile_stacks_init(&at.stacks, profile, at.bytes);
    if (has_memory) {
        suppress(&at, &leaks->suppressions);
        has_memory = print(&at, leaks);
        *status =
            at.left_bytes > 0 && (uint64_t)at.left_bytes > leaks->limit_bytes ? CLI_NO : CLI_DONE;
    }
    profile_stacks_deinit(&at.stacks);
    return has_memory ? NULL : error_no_memory();
}

static int show(const struct inputs *inputs, const struct leaks *leaks)
{
    struct profile *sum;
    size_t left_out;
    int status = CLI_CANNOT;
    struct error *error = inputs_merge(inputs, &sum, &left_out);
    if (!error) {
        error = count(sum, inputs->items[0].path, leaks, &status);
        profile_destroy(sum);
    }
    if (error)
        return cli_fail(COMMAND, error);
    return cli_finish(COMMAND, left_out ? CLI_CANNOT : status);
}

int cmd_leaks(int argc, char **argv)
{
    static const struct option list[] = {{"limit", required_argument, NULL, 'l'},
                                         {"suppressions", required_argument, NULL, 's'},
                                         {"count", required_argument, NULL, 'n'},
                                         {"frames", required_argument, NULL, 'F'},
                                         {NULL, 0, NULL, 0}};
    open_limit(COMMAND);
    struct leaks leaks = {.sites = SITES_SHOWN, .frames = FRAMES_DEFAULT};
    const struct options options = {COMMAND, help_text, "n:", list, take, &leaks};
    int status = options_parse(&options, argc, argv);
    if (status < 0 && optind == argc)
        status = cli_misuse(COMMAND, "no profile file given");
    if (status < 0) {
        struct inputs inputs = {.command = COMMAND, .advice = "try one at a time"};
        struct error *error = inputs_init(&inputs, argv + optind, (size_t)(argc - optind));
        if (inputs_keep_largest_runs(&inputs, PROFILE_INUSE_SPACE))
            puts("Of several runs the one that leaves the most is shown.");
        status = error ? cli_fail(COMMAND, error) : show(&inputs, &leaks);
        inputs_deinit(&inputs);
    }
    suppressions_deinit(&leaks.suppressions);
    return status;
}
