/* SPDX-License-Identifier: Apache-2.0
 *
 * What memprof push was asked to do.
 */
#ifndef MEMPROF_TOOLS_PUSH_SETTINGS_H
#define MEMPROF_TOOLS_PUSH_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/push/auth.h"
#include "tools/push/label_source.h"
#include "tools/push/labels.h"

enum push_protocol { PUSH_PYROSCOPE, PUSH_CONNECT, PUSH_PARCA };

struct push_settings {
    char *url; /* scheme, host, perhaps a port and a path; no slash at its end */
    enum push_protocol protocol;
    const char *name; /* NULL: each process's comm */
    struct push_labels labels;
    struct label_sources sources;
    int64_t every_ms;
    bool takes_all; /* processes that come later, too */
    bool is_once, is_dry, hides_paths;
    uint32_t most_samples;
    uint64_t most_bytes; /* of a profile, unpacked */
    const char *auth_file, *ca, *certificate, *key;
    const char *base, *output;
    struct push_auth auth;
    char *const *names; /* pids, names of programs, files */
    size_t name_count;
};

/* An error, in one line, if that is no URL to push to; else *url is the caller's. */
struct error *push_url_check(const char *text, char **url);
/* Whether http goes to this machine alone. */
bool push_url_is_private(const char *url);

#endif
