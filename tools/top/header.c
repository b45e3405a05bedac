/* SPDX-License-Identifier: Apache-2.0
 *
 * pprof's lines above a report, and our own.
 */
#include "tools/top/header.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "collector/base/path.h"
#include "tools/cli.h"
#include "tools/nameless.h"

static void print_line(const char *label, const char *text)
{
    fputs(label, stdout);
    cli_put(text, 0);
    putchar('\n');
}

static void print_mapping(const struct profile *profile)
{
    if (profile->mappings.count < 2)
        return;
    const struct profile_mapping *mapping = &profile->mappings.items[1];
    const char *file = profile_string(profile, mapping->file);
    if (*file)
        print_line("File: ", path_base(file));
    if (*profile_string(profile, mapping->build_id))
        print_line("Build ID: ", profile_string(profile, mapping->build_id));
}

/* The profile's comments, which say among other things what was lost. */
static void print_comments(const struct profile *profile)
{
    for (uint32_t i = 0; i < profile->comments.count; i++) {
        const char *comment = profile_string(profile, profile->comments.items[i]);
        if (comment[0] != '#')
            print_line("", comment);
    }
}

static void print_time(const struct profile *profile)
{
    time_t seconds = (time_t)(profile->time_ns / 1000000000);
    struct tm local;
    char text[64];
    if (profile->time_ns && localtime_r(&seconds, &local) &&
        strftime(text, sizeof text, "%b %-d, %Y at %-I:%M%P (%Z)", &local))
        print_line("Time: ", text);
}

static void print_substitution(const struct reading *reading)
{
    const struct profile *profile = reading->profile;
    if (reading->type != reading->default_type)
        printf("%s is 0 everywhere (all was freed): this is %s\n",
               profile_string(profile, profile->types.items[reading->default_type].type),
               reading_type(reading));
    else if (reading->total == 0)
        printf("%s is 0 everywhere; --sample=TYPE shows other values\n", reading_type(reading));
}

static void print_filters(const struct top_options *options)
{
    bool has_printed = false;
    for (size_t i = 0; i < TOP_SUBJECT; i++) {
        const struct top_pattern *pattern = &options->patterns[i];
        if (!pattern->text)
            continue;
        if (!has_printed)
            puts("Active filters:");
        has_printed = true;
        printf("   %s=", pattern->name);
        cli_put(pattern->text, 0);
        putchar('\n');
    }
}

void header_print(const struct reading *reading, const struct top_options *options)
{
    print_line("Type: ", reading_type(reading));
    print_mapping(reading->profile);
    print_comments(reading->profile);
    print_time(reading->profile);
    print_substitution(reading);
    if (reading->hidden) {
        fputs("Hidden as wrappers: ", stdout);
        cli_put(reading->hidden, 0);
        puts("; --wrappers=show shows them");
    }
    nameless_print(stdout, "Without names: ", &reading->nameless);
    print_filters(options);
}
