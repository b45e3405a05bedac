/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/recorded_run.h"

#include <stddef.h>

#include "tools/cli.h"
#include "tools/summary.h"

#define STATUS_LOADER_FAILED 127

struct error *recorded_run_prepare(struct recorded_run *run)
{
    struct error *error = run_log_create(&run->log);
    run->launch.run_id = run->log.run_id;
    run->launch.run_directory = run->log.directory;
    run->launch.look = gather_waiting;
    run->launch.context = &run->gathering;
    run->gathering.log = &run->log;
    run->gathering.selection = &run->selection;
    return error;
}

/* Processes that end while the log is locked leave their states to us; afterwards each makes
 * its own profile.  The second round collects the states that were left between the first
 * round and the unlocking. */
struct error *recorded_run_finish(struct recorded_run *run)
{
    run->gathering.program_end_ns = run->launch.began_ns + run->launch.wall_ns;
    struct error *error = gather_rest(&run->gathering, false);
    run_log_unlock(&run->log);
    if (!error)
        error = gather_rest(&run->gathering, true);
    return error ? error : run_log_read(&run->log);
}

void recorded_run_deinit(struct recorded_run *run)
{
    run_log_remove(&run->log);
    run_log_deinit(&run->log);
}

const struct run_log_refusal *recorded_run_refusal(const struct recorded_run *run)
{
    const struct run_log_refusal *refusal = &run->log.refusal;
    bool is_program = refusal->pid == (uint64_t)run->launch.pid;
    return is_program && refusal->start_ns >= run->gathering.program_start_ns ? refusal : NULL;
}

const struct run_log_entry *recorded_run_main(const struct recorded_run *run)
{
    return recorded_run_refusal(run) ? NULL : summary_main(&run->log);
}

/* An empty profile would be misleading. */
void recorded_run_explain(const struct recorded_run *run)
{
    const struct run_log_refusal *refusal = recorded_run_refusal(run);
    const char *command = run->gathering.command, *reason;
    int status = launch_exit_status(&run->launch);
    if (run->selection.left_out) {
        cli_complain(command,
                     "no process matches --only and has --min-samples samples; there were %s",
                     run->selection.names);
        return;
    }
    if (refusal)
        reason = refusal->reason;
    else if (run->gathering.kept)
        reason = "it could not be written, see above";
    else if (status == STATUS_LOADER_FAILED)
        reason = "the loader could not start it; try to run it by itself";
    else
        reason = "nothing was recorded: it ran a static or set-user-ID program, dropped its "
                 "environment, or a sandbox left no room; try --verbose";
    cli_complain(command, "%s: no profile: %s (it ended with %s %d)", run->launch.argv[0], reason,
                 status > 128 ? "signal" : "status", status > 128 ? status - 128 : status);
}
