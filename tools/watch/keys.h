/* SPDX-License-Identifier: Apache-2.0
 *
 * What each key does.
 */
#ifndef MEMPROF_TOOLS_WATCH_KEYS_H
#define MEMPROF_TOOLS_WATCH_KEYS_H

#include <stdbool.h>

#include "tools/watch/detail.h"
#include "tools/watch/model.h"
#include "tools/watch/view.h"

#define KEYS_TYPED_MOST 200

struct watch {
    struct model model;
    struct view view;
    struct detail detail;
    char typed[KEYS_TYPED_MOST];
    bool is_typing, is_over;
};

/* A key as canvas_key() gives it. */
void keys_take(struct watch *watch, int key);
/* Takes a snapshot; what goes wrong is said on the screen. */
void keys_update(struct watch *watch);
void keys_close_detail(struct watch *watch);

#endif
