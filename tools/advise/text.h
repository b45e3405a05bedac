/* SPDX-License-Identifier: Apache-2.0
 *
 * Advice as text for people.
 */
#ifndef MEMPROF_TOOLS_ADVISE_TEXT_H
#define MEMPROF_TOOLS_ADVISE_TEXT_H

#include "collector/advise/advice_list.h"

/* What the list is a part of. */
struct advise_view {
    const char *name; /* what was asked about */
    const struct advise_sites *sites;
    const struct advice_list *list;
    const uint32_t *shown;    /* which of the list, in its order */
    uint32_t count, matching; /* how many are shown, and how many could be */
    uint32_t small;           /* how many more there are that are too small to be */
};

/* On stdout. */
void advise_print_text(const struct advise_view *view);
void advise_print_json(const struct advise_view *view);

/* "61" of 100: the share that all changes would save; at most 100. */
double advise_saved_percent(const struct advice_list *list, const struct advise_sites *sites);

#endif
