/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof stat: what a program allocates and what that costs, over several runs.
 */
#include <ctype.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "collector/base/path.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/launch.h"
#include "tools/stat/directory.h"
#include "tools/stat/options.h"
#include "tools/stat/print.h"
#include "tools/stat/runs.h"

/* "memprof.bench.stat" */
static char *default_directory(const char *program)
{
    char *name;
    if (asprintf(&name, "memprof.%s.stat", path_base(program)) < 0)
        return NULL;
    for (char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr("._+-", *at))
            *at = '_';
    return name;
}

/* Two results can be compared when they are of the same program, recorded in the same way. */
static struct error *check_base(const struct stat_record *base, const struct stat_record *changed,
                                const char *directory)
{
    if (strcmp(base->program, changed->program) != 0)
        return error_create("--compare: %s is of '%s', and this is '%s'; try --program=%s",
                            directory, base->program, changed->program, base->program);
    if (base->interval_bytes != changed->interval_bytes)
        return error_create("--compare: %s was recorded at interval %" PRIu64
                            ", and this at %" PRIu64 "; try --interval=%" PRIu64,
                            directory, base->interval_bytes, changed->interval_bytes,
                            base->interval_bytes);
    return NULL;
}

static struct error *print(const struct stat_options *options, const struct stat_record *record,
                           const struct stat_record *base, const char *directory)
{
    struct stat_values values, base_values = {.record = base};
    struct error *error = base ? check_base(base, record, options->compare) : NULL;
    if (error)
        return error;
    bool has_memory = stat_values_init(&values, record);
    if (has_memory && base)
        has_memory = stat_values_init(&base_values, base);
    if (has_memory && options->is_json)
        has_memory = stat_print_json(&values, base ? &base_values : NULL, directory);
    else if (has_memory)
        stat_print_text(&values, base ? &base_values : NULL, directory);
    stat_values_deinit(&values);
    stat_values_deinit(&base_values);
    return has_memory ? NULL : error_no_memory();
}

/* Warns of input that was piped in and that no run has read. */
static void note_unread_input(void)
{
    int bytes = 0;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (!isatty(STDIN_FILENO) && poll(&input, 1, 0) == 1 &&
        ioctl(STDIN_FILENO, FIONREAD, &bytes) == 0 && lseek(STDIN_FILENO, 0, SEEK_CUR) < 0 &&
        bytes > 0)
        cli_complain(STAT_COMMAND, "standard input is a pipe, which only one run could read, so "
                                   "the runs read nothing; try a file: < FILE");
}

/* Ends by the signal, as if it had ended us at once; but what was half done is removed before. */
static _Noreturn void die_of(int number)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    signal(number, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(number);
    _exit(128 + number);
}

static int run(const struct stat_options *options, const struct stat_record *base)
{
    struct stat_record record = {.kept = NULL};
    struct stat_directory directory = {.path = NULL};
    char *name =
        options->directory ? strdup(options->directory) : default_directory(options->argv[0]);
    int status = CLI_CANNOT;
    struct error *error = name ? stat_directory_init(&directory, name) : error_no_memory();
    launch_catch_signals();
    if (!error)
        error = stat_directory_begin(&directory);
    if (!error)
        status = stat_runs_make(options, &directory, &record);
    if (!error && status == CLI_DONE)
        error = stat_record_write(&record, directory.temporary);
    if (!error && status == CLI_DONE && !launch_interrupted())
        error = stat_directory_finish(&directory);
    stat_directory_deinit(&directory);
    if (launch_interrupted())
        die_of(launch_interrupted());
    if (!error && status == CLI_DONE) {
        note_unread_input();
        error = print(options, &record, base, name);
    }
    if (error)
        status = cli_fail(STAT_COMMAND, error);
    stat_record_deinit(&record);
    free(name);
    return status;
}

static int show(const struct stat_options *options, const struct stat_record *base)
{
    struct stat_record record;
    struct error *error = stat_record_read(&record, options->show);
    if (!error)
        error = print(options, &record, base, options->show);
    stat_record_deinit(&record);
    return error ? cli_fail(STAT_COMMAND, error) : CLI_DONE;
}

int cmd_stat(int argc, char **argv)
{
    struct stat_options options;
    struct stat_record base = {.kept = NULL};
    int status = stat_options_parse(&options, argc, argv);
    if (status < 0) {
        struct error *error = options.compare ? stat_record_read(&base, options.compare) : NULL;
        const struct stat_record *compared = options.compare ? &base : NULL;
        status = error          ? cli_fail(STAT_COMMAND, error)
                 : options.show ? show(&options, compared)
                                : run(&options, compared);
        status = cli_finish(STAT_COMMAND, status);
    }
    stat_record_deinit(&base);
    stat_options_deinit(&options);
    return status;
}
