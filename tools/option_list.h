/* SPDX-License-Identifier: Apache-2.0
 *
 * The options of a command as lines, for the completions of shells.  They are asked for while
 * somebody types, so what is offered is always what the command takes.
 */
#ifndef MEMPROF_TOOLS_OPTION_LIST_H
#define MEMPROF_TOOLS_OPTION_LIST_H

#include <getopt.h>

#define OPTION_LIST_FLAG "--list-options"

/* A line for each, its parts separated by tabs: the long option, with what it takes as the help has
 * it ("--output=TEMPLATE", "--stacks[=N]"); its short form or nothing; what the help says of it. */
void option_list_print(const struct option *list, const char *help);

#endif
