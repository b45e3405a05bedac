/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of commands.  A row is a command's name and what it does; the command itself is
 * cmd_<name>() in cmd_<name>.c, and its man page docs/man/memprof-<name>.1.
 */
#ifndef MEMPROF_TOOLS_COMMAND_H
#define MEMPROF_TOOLS_COMMAND_H

#define COMMAND_TABLE(ROW)                                                                         \
    ROW(run, "run a program and write the profile of its memory")                                  \
    ROW(collect, "write the profile of a running process, or of one that was killed")              \
    ROW(dump, "write the profile of a running process: now, at its peak, or what changes")         \
    ROW(ps, "list the running processes that are recorded, and how they do")                       \
    ROW(stat, "run a program several times and print what it allocates and what that costs")       \
    ROW(tune, "say which settings of the allocator a program does better with")                    \
    ROW(rss, "say where the resident memory of a process is")                                      \
    ROW(stats, "print the numbers of a heap, as runtime.MemStats has them")                        \
    ROW(top, "print where a profile's memory was allocated")                                       \
    ROW(report, "write a profile as one HTML file that opens in any browser")                      \
    ROW(serve, "answer pprof, browsers and Prometheus over HTTP for running processes")            \
    ROW(push, "send profiles of running processes to Pyroscope or Parca")                          \
    ROW(diff, "say whether a program allocates more than before, and where")                       \
    ROW(budget, "say whether programs allocate more than a file allows")                           \
    ROW(merge, "add profiles up into one")                                                         \
    ROW(advise, "say which allocations need not be, and what to write instead")                    \
    ROW(leaks, "list what is live at the end, and fail when it is too much")                       \
    ROW(inspect, "print the state of a profiled process as text, for bug reports")

/* Each gets its own argv (argv[0] is its name), answers --help itself, and returns memprof's
 * exit status. */
#define COMMAND_DECLARE(name, summary) int cmd_##name(int argc, char **argv);
COMMAND_TABLE(COMMAND_DECLARE)
#undef COMMAND_DECLARE

#endif
