/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof ps: the processes that memprof records, and how they do.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/live_process.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/options.h"
#include "tools/ps/selection.h"
#include "tools/ps/watch.h"
#include "tools/quantity.h"

#define DEADLINE_MS 5000 /* for each process */
#define COMMAND     "ps"
#define NS_PER_S    UINT64_C(1000000000)
#define STALE_MOST  (UINT64_C(100) * 365 * 86400)

static const char help_text[] =
    "Usage: memprof ps [OPTION]... [NAME|PID]...\n"
    "Lists the running processes that memprof records, the one that holds most memory first:\n"
    "what is live, how fast it allocates, its peak.  Nothing is disturbed.  With NAMEs or\n"
    "PIDs only those processes.\n"
    "\n"
    "  -a, --all            also states of processes that have ended, and those that cannot\n"
    "                       be read\n"
    "      --tree           each process below the one that started it, and sums\n"
    "      --json           for programs; memprof-ps(1) describes it\n"
    "      --timeline       with --json: what was in use over time, too\n"
    "      --stale=TIME     where it cannot be told whether a process runs, it counts as ended\n"
    "                       when a younger one of its program is there and nothing happened\n"
    "                       in it for TIME (60s)\n"
    "  -h, --help           show this help\n"
    "  -V, --version        show the version\n"
    "\n"
    "+- is the error of an estimate, at 95 %; a process at interval 1 has none.  BYTES/S and\n"
    "OBJECTS/S are what was allocated in a second, over the last ten.\n"
    "\n"
    "Examples:\n"
    "  memprof ps\n"
    "  memprof ps --tree nginx\n"
    "  memprof ps --json | jq '.processes[] | {pid, live_bytes}'\n"
    "\n"
    "Exit status: 0 done, 1 no process of that name is recorded, 2 could not: there is no\n"
    "process with that PID, or it is not recorded.\n";

struct ps {
    struct ps_wanted wanted;
    bool is_json, with_timeline;
    uint64_t stale_s;
};

static struct error *take(void *context, int option, const char *value)
{
    struct ps *ps = context;
    switch (option) {
    case 'a':
        ps->wanted.with_ended = true;
        break;
    case 'T':
        ps->wanted.is_tree = true;
        break;
    case 'J':
        ps->is_json = true;
        break;
    case 'L':
        ps->with_timeline = true;
        break;
    case 'S':
        if (!quantity_parse_seconds(value, &ps->stale_s) || ps->stale_s > STALE_MOST)
            return error_create("--stale: '%s' is not a time; try 60s (s, m, h, d)", value);
        break;
    }
    return NULL;
}

/* What is not in the list, and why, one line for each reason. */
static void say_what_is_closed(const struct roster *roster)
{
    size_t hidden = 0;
    const struct roster_entry *closed = NULL;
    if (roster->remark)
        cli_complain(COMMAND, "%s", roster->remark);
    if (roster->closed_count)
        cli_complain(COMMAND,
                     "%s%s: another user's processes, which only that user and root can see",
                     roster->closed[0], roster->closed_count > 1 ? " and others" : "");
    for (size_t i = 0; i < roster->count; i++)
        if (roster->entries[i].is_closed && hidden++ == 0)
            closed = &roster->entries[i];
    if (closed)
        cli_complain(COMMAND,
                     "process %u%s: it has capabilities that we lack, so /proc shows its memory to "
                     "root alone; that it runs is concluded from its pid, its user and its age",
                     (unsigned)roster_pid(closed), hidden > 1 ? " and others" : "");
}

static void say_none(const struct ps *ps)
{
    if (ps->wanted.name_count)
        cli_complain(COMMAND,
                     "%s%s: no recorded process has that name or pid; try 'memprof run', "
                     "or 'memprof ps --all' for those that have ended",
                     ps->wanted.names[0], ps->wanted.name_count > 1 ? " and others" : "");
    else
        puts("No running process is recorded; start one with 'memprof run', or with "
             "LD_PRELOAD=libmemprof.so.");
}

/* Why a process is not shown whose pid is all that was asked for; NULL: something else was asked
 * for, or it can be opened by now. */
static struct error *why_not(const struct ps *ps)
{
    pid_t pid;
    struct live_process *process;
    if (ps->wanted.name_count != 1 || !quantity_parse_pid(ps->wanted.names[0], &pid))
        return NULL;
    struct error *error = live_process_open(pid, &process);
    if (!error)
        live_process_close(process);
    return error;
}

static int print(const struct ps *ps, const struct roster *roster)
{
    struct ps_list list;
    bool has_memory = ps_list_init(&list, roster, &ps->wanted);
    bool is_empty = list.count == 0;
    if (has_memory && ps->is_json)
        has_memory = ps_print_json(stdout, &list, roster, ps->with_timeline);
    else if (has_memory && !is_empty)
        ps_print_table(&list, ps->wanted.is_tree);
    ps_list_deinit(&list);
    if (!has_memory)
        return cli_fail(COMMAND, error_no_memory());
    struct error *error = is_empty ? why_not(ps) : NULL;
    if (error)
        return cli_fail(COMMAND, error);
    if (!ps->is_json)
        say_what_is_closed(roster);
    if (is_empty && !ps->is_json)
        say_none(ps);
    return is_empty && ps->wanted.name_count ? CLI_NO : CLI_DONE;
}

/* Runs in a child, so that a process whose files do not answer holds up nothing else. */
static int list_processes(const struct watch *watch, void *context)
{
    const struct ps *ps = context;
    struct roster roster;
    const struct roster_options options = {.progress = watch->progress,
                                           .skipped = watch->skipped,
                                           .skipped_count = watch->skipped_count,
                                           .with_rings = ps->with_timeline,
                                           .stale_ns = ps->stale_s * NS_PER_S};
    struct error *error = roster_init(&roster, &options);
    int status = error ? cli_fail(COMMAND, error) : print(ps, &roster);
    for (size_t i = 0; i < watch->skipped_count; i++)
        cli_complain(COMMAND, "process %d: its files did not answer for %d s, so it is left out",
                     (int)watch->skipped[i], DEADLINE_MS / 1000);
    roster_deinit(&roster);
    return cli_finish(COMMAND, status);
}

int cmd_ps(int argc, char **argv)
{
    static const struct option list[] = {
        {"all", no_argument, NULL, 'a'},         {"tree", no_argument, NULL, 'T'},
        {"json", no_argument, NULL, 'J'},        {"timeline", no_argument, NULL, 'L'},
        {"stale", required_argument, NULL, 'S'}, {NULL, 0, NULL, 0}};
    struct ps ps = {.stale_s = ROSTER_STALE_NS / NS_PER_S};
    const struct options options = {COMMAND, help_text, "a", list, take, &ps};
    int status = options_parse(&options, argc, argv);
    if (status >= 0)
        return status;
    if (ps.with_timeline && !ps.is_json)
        return cli_misuse(COMMAND, "--timeline is printed with --json alone");
    ps.wanted.names = argv + optind;
    ps.wanted.name_count = (size_t)(argc - optind);
    status = watch_run(list_processes, &ps, DEADLINE_MS);
    return status < 0 ? cli_fail(COMMAND, error_create_errno(errno, "cannot look at processes"))
                      : status;
}
