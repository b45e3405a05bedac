/* SPDX-License-Identifier: Apache-2.0
 *
 * An output that cannot be written hinders none of the others, but nobody may take what is
 * missing for a good result: the exit status is that of an error then.
 */
#include "tools/diff/print.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "tools/cli.h"
#include "tools/diff/delta.h"
#include "tools/diff/options.h"
#include "tools/whole_file.h"

#define MODE 0666 /* less the umask: a report is for others to read */

static struct error *print_file(const struct output_file *to, const struct report *report)
{
    struct whole_file file;
    struct error *error = whole_file_open(&file, to->path, MODE);
    int copy = error ? -1 : fcntl(file.fd, F_DUPFD_CLOEXEC, 0); /* the file is complete later */
    FILE *out = copy < 0 ? NULL : fdopen(copy, "w");
    if (!error && !out)
        error = error_create_errno(errno, "%s", to->path);
    if (copy >= 0 && !out)
        close(copy);
    if (!error)
        error = to->format->print(report, out);
    errno = 0;
    if (out && (fflush(out) != 0 || ferror(out)) && !error)
        error = error_create_errno(errno ? errno : EIO, "%s", to->path);
    if (out && fclose(out) != 0 && !error)
        error = error_create_errno(errno, "%s", to->path);
    return whole_file_close(&file, error);
}

int print_report(const struct outputs *outputs, const struct report *report, int status)
{
    struct error *error = outputs->format->print(report, stdout);
    int finished = error ? cli_fail(DIFF_COMMAND, error) : cli_finish(DIFF_COMMAND, status);
    if (finished != status)
        status = CLI_CANNOT;
    for (size_t i = 0; i < outputs->file_count; i++)
        if ((error = print_file(&outputs->files[i], report)))
            status = cli_fail(DIFF_COMMAND, error);
    if (outputs->delta && (error = delta_write(report->sides, outputs->delta)))
        status = cli_fail(DIFF_COMMAND, error);
    return status;
}
