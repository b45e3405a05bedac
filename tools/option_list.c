/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/option_list.h"

#include <stdio.h>
#include <string.h>

#include "tools/cli.h"

/* Where the help begins to tell of an option: a line of its own that begins with it, but for
 * spaces and its short form.  NULL: it does not. */
static const char *find_in_help(const char *help, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = help; (at = strstr(at, name)) != NULL; at++) {
        const char *line = at;
        while (line > help && line[-1] != '\n')
            line--;
        size_t before = strspn(line, " ");
        if (line[before] == '-' && line[before + 1] != '-')
            before += strcspn(line + before, " ") + 1;
        if (line + before + 2 == at && at[-1] == '-' && at[-2] == '-' &&
            !strchr("abcdefghijklmnopqrstuvwxyz-", at[length]))
            return at;
    }
    return NULL;
}

static void print_until(const char *text, const char *end)
{
    for (; text < end; text++)
        putchar(*text == '\t' ? ' ' : *text);
}

/* Prints what the option takes, then what the help says of it: on the same line, or on the next
 * where that line ends. */
static void print_value(const struct option *option, const char *told)
{
    static const char *const unnamed[] = {"", "=VALUE", "[=VALUE]"};
    size_t length = told ? strcspn(told, " \n") : 0;
    if (length > 0 && option->has_arg != no_argument)
        print_until(told, told + length);
    else
        fputs(unnamed[option->has_arg], stdout);
}

static void print_description(const char *told)
{
    if (!told)
        return;
    told += strcspn(told, " \n");
    told += strspn(told, " ");
    told += *told == '\n';
    told += strspn(told, " ");
    if (*told != '-') /* a line may describe several options */
        print_until(told, told + strcspn(told, "\n"));
}

/* "-x" in "-x, --name"; 0: it has no short form. */
static char letter_in_help(const char *help, const char *told)
{
    return told && told - help >= 6 && told[-4] == ',' && told[-6] == '-' ? told[-5] : '\0';
}

void option_list_print(const struct option *list, const char *help)
{
    for (; list->name; list++) {
        const char *told = find_in_help(help, list->name);
        char letter = letter_in_help(help, told);
        if (told)
            told += strlen(list->name);
        printf("--%s", list->name);
        print_value(list, told);
        putchar('\t');
        if (letter)
            printf("-%c", letter);
        putchar('\t');
        print_description(told);
        putchar('\n');
    }
}
