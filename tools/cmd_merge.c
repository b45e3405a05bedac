/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof merge: the sum of several profiles as one, as `go tool pprof -proto` has it.
 */
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "collector/profile/pprof_encode.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/inputs.h"
#include "tools/open.h"
#include "tools/options.h"
#include "tools/whole_file.h"

#define COMMAND "merge"

static const char help_text[] =
    "Usage: memprof merge [OPTION]... FILE|DIRECTORY...\n"
    "Adds profiles up and writes the sum as one profile.  FILE is a profile in pprof's\n"
    "format, - is standard input; of a DIRECTORY all profiles are read.\n"
    "\n"
    "  -o, --output=FILE  the sum (standard output, unless that is a terminal)\n"
    "      --force        add sampled and exact profiles up, too\n"
    "  -h, --help         show this help\n"
    "  -V, --version      show the version\n"
    "\n"
    "The profiles must have the same types of values.  A profile of every allocation\n"
    "(interval 1) is exact; its sum with a sampled one would be neither.\n"
    "\n"
    "Examples:\n"
    "  memprof merge -o all.pb.gz monday.pb.gz tuesday.pb.gz\n"
    "  memprof merge profiles/ | go tool pprof -top -\n"
    "\n"
    "Exit status: 0 done, 2 could not, and then nothing was written.\n";

struct merge {
    const char *output; /* NULL: standard output */
    bool is_forced;
};

static struct error *take(void *context, int option, const char *value)
{
    struct merge *merge = context;
    if (option == 'f')
        merge->is_forced = true;
    else if (!*value)
        return error_create("--output: the name is empty; try sum.pb.gz");
    else
        merge->output = value;
    return NULL;
}

/* The sum gets its name when it is complete, so that a reader or a failure never meets half
 * of it. */
static struct error *write_file(const struct profile *sum, const char *path)
{
    struct whole_file file;
    struct error *error = whole_file_open(&file, path, 0600);
    if (!error)
        error = pprof_encode(sum, file.fd, path, NULL, NULL);
    return whole_file_close(&file, error);
}

static int merge_inputs(const struct merge *merge, const struct inputs *inputs)
{
    struct profile *sum;
    size_t left_out;
    struct error *error = inputs_merge(inputs, &sum, &left_out);
    if (error)
        return cli_fail(COMMAND, error);
    if (left_out) /* a line for each has been printed */
        error = error_create("nothing was written, since %zu of %zu files could not be read; try "
                             "without them",
                             left_out, inputs->count);
    else if (merge->output)
        error = write_file(sum, merge->output);
    else
        error = pprof_encode(sum, STDOUT_FILENO, "standard output", NULL, NULL);
    profile_destroy(sum);
    return error ? cli_fail(COMMAND, error) : CLI_DONE;
}

int cmd_merge(int argc, char **argv)
{
    static const struct option list[] = {{"output", required_argument, NULL, 'o'},
                                         {"force", no_argument, NULL, 'f'},
                                         {NULL, 0, NULL, 0}};
    struct merge merge = {.output = NULL};
    const struct options options = {COMMAND, help_text, "o:", list, take, &merge};
    int status = options_parse(&options, argc, argv);
    if (status >= 0)
        return status;
    if (optind == argc)
        return cli_misuse(COMMAND, "no profile file given");
    if (!merge.output && isatty(STDOUT_FILENO))
        return cli_misuse(COMMAND, "standard output is a terminal, and a profile is no text; try "
                                   "--output=FILE");
    open_limit(COMMAND);
    struct inputs inputs = {.command = COMMAND,
                            .advice = "try to merge those of one kind",
                            .refuses_mixed = !merge.is_forced};
    struct error *error = inputs_init(&inputs, argv + optind, (size_t)(argc - optind));
    status = error ? cli_fail(COMMAND, error) : merge_inputs(&merge, &inputs);
    inputs_deinit(&inputs);
    return status;
}
