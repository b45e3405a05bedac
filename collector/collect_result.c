/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/collect_result.h"
#include "collector/state/names.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_same_stderr(const struct state_info *info)
{
    struct stat status;
    return info->stderr_open && fstat(STDERR_FILENO, &status) == 0 &&
           status.st_dev == info->stderr_device && status.st_ino == info->stderr_inode;
}

struct error *collect_result_fill(struct collect_result *result, const struct state_info *info)
{
    result->exe = strdup(info->exe);
    result->pid = info->pid;
    result->flags = state_info_kind(info);
    result->run_id = info->run_id;
    result->interval_bytes = info->interval_bytes;
    result->samples = info->samples;
    result->truncated = info->truncated;
    result->lost = state_info_lost(info);
    result->may_print = is_same_stderr(info);
    result->is_verbose = info->is_verbose;
    return result->exe ? NULL : error_no_memory();
}
