/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands of memprof: each gets its own argv (argv[0] is the command's
 * name), answers --help itself, and returns memprof's exit status.
 */
#ifndef MEMPROF_TOOLS_COMMAND_H
#define MEMPROF_TOOLS_COMMAND_H

int cmd_run(int argc, char **argv);
int cmd_collect(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_inspect(int argc, char **argv);

#endif
