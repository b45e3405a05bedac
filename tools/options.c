/* SPDX-License-Identifier: Apache-2.0
 *
 * getopt_long with --help and --version added to what a command has.
 */
#include "tools/options.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/option_list.h"
#include "tools/quantity.h"

#define OPTIONS_MAX 48
#define LETTERS_MAX 64

static int unknown_or_without_value(const char *command, char **argv, int answer)
{
    const char *given = argv[optind - 1];
    char letter[] = {'-', (char)optopt, '\0'};
    bool is_long = strncmp(given, "--", 2) == 0;
    if (!is_long && optopt > ' ' && optopt <= '~')
        given = letter;
    return answer == ':' ? cli_misuse(command, "option '%s' needs a value", given)
                         : cli_misuse(command, "unknown option '%s'", given);
}

/* getopt answers ':' for a missing value when its string has a ':' in front. */
static void join_letters(char letters[static LETTERS_MAX], const char *own)
{
    bool stops_early = own[0] == '+';
    snprintf(letters, LETTERS_MAX, "%s:%shV", stops_early ? "+" : "", own + stops_early);
}

static void join_lists(struct option list[static OPTIONS_MAX], const struct option *own)
{
    size_t count = 0;
    while (own[count].name && count < OPTIONS_MAX - 3) {
        list[count] = own[count];
        count++;
    }
    list[count++] = (struct option){"help", no_argument, NULL, 'h'};
    list[count++] = (struct option){"version", no_argument, NULL, 'V'};
    list[count] = (struct option){NULL, 0, NULL, 0};
}

int options_parse(const struct options *options, int argc, char **argv)
{
    char letters[LETTERS_MAX];
    struct option list[OPTIONS_MAX];
    int option;
    join_letters(letters, options->letters);
    join_lists(list, options->list);
    if (argc == 2 && strcmp(argv[1], OPTION_LIST_FLAG) == 0) {
        option_list_print(list, options->help);
        return cli_finish(options->command, CLI_DONE);
    }
    while ((option = getopt_long(argc, argv, letters, list, NULL)) != -1) {
        if (option == 'h')
            return cli_help(options->command, options->help);
        if (option == 'V')
            return cli_version(options->command);
        if (option == '?' || option == ':')
            return unknown_or_without_value(options->command, argv, option);
        struct error *error = options->take(options->context, option, optarg);
        if (error)
            return cli_fail(options->command, error);
    }
    return -1;
}

struct error *options_number(const char *option, const char *text, uint64_t least, uint64_t most,
                             const char *example, uint64_t *number)
{
    if (quantity_parse_number(text, number) && *number >= least && *number <= most)
        return NULL;
    if (most == UINT64_MAX)
        return error_create("--%s: '%s' is not a number; try %s", option, text, example);
    return error_create("--%s: '%s' is not a number from %" PRIu64 " to %" PRIu64 "; try %s",
                        option, text, least, most, example);
}

struct error *options_pattern(const char *option, const char *text, struct pattern **pattern)
{
    pattern_destroy(*pattern);
    *pattern = NULL;
    struct error *error = pattern_create(text, pattern);
    if (!error)
        return NULL;
    struct error *named =
        error_create("--%s: '%s' is not a regular expression: %s; put a \\ before "
                     "a character that stands for itself",
                     option, text, error_message(error));
    error_destroy(error);
    return named;
}

struct error *options_choose(const char *option, const char *text, const char *const *names,
                             size_t count, size_t *index)
{
    char known[200] = "";
    for (size_t i = 0; i < count; i++) {
        const char *before = i == 0 ? "" : i + 1 < count ? ", " : " or ";
        size_t length = strlen(known);
        if (strcmp(names[i], text) == 0) {
            *index = i;
            return NULL;
        }
        snprintf(known + length, sizeof known - length, "%s%s", before, names[i]);
    }
    return error_create("--%s: '%s' is unknown; try %s", option, text, known);
}
