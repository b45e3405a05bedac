/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile as the request that a server takes it by.
 */
#ifndef MEMPROF_TOOLS_PUSH_REQUEST_H
#define MEMPROF_TOOLS_PUSH_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "tools/push/settings.h"

struct push_request {
    char *url;
    const char *content_type;
    unsigned char *body;
    size_t bytes;
};

/* What is pushed. */
struct push_content {
    const char *name; /* of the application */
    const struct push_labels *labels;
    int64_t from_s, until_s; /* CLOCK_REALTIME */
    unsigned char *profile;  /* gzip; is taken over or freed */
    size_t bytes;
};

/* push_request_deinit() it in any case. */
struct error *push_request_init(struct push_request *request, const struct push_settings *settings,
                                struct push_content *content);
void push_request_deinit(struct push_request *request);

#endif
