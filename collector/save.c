/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/save.h"

#include "collector/naming.h"
#include "collector/output.h"
#include "collector/profile/pprof_encode.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>

struct error *save_profile(const struct profile *profile, const struct state_info *info,
                           const char *template, char **path)
{
    /* Who asks for a file by name means the one that is there. */
    const struct naming naming = {
        .template = template, .fresh_from_ns = UINT64_MAX, .may_replace = true};
    struct output output;
    sigset_t all, before;
    /* Over a file size limit, write() is to fail and not to end us. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, size_before;
    sigaction(SIGXFSZ, &ignore, &size_before);
    struct error *error = output_init(&output, info, &naming);
    if (!error)
        error = output_open(&output);
    /* What has a temporary name is removed by us alone. */
    sigfillset(&all);
    bool is_nameless = !error && !output.has_temporary;
    if (!is_nameless)
        pthread_sigmask(SIG_BLOCK, &all, &before);
    if (!error)
        error = pprof_encode(profile, output.fd, output.path, NULL, NULL);
    if (is_nameless)
        pthread_sigmask(SIG_BLOCK, &all, &before);
    if (!error)
        error = output_commit(&output);
    if (!error) {
        *path = output.path;
        output.path = NULL;
    }
    output_deinit(&output);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGXFSZ, &size_before, NULL);
    return error;
}
