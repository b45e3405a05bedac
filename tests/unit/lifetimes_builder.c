/* SPDX-License-Identifier: Apache-2.0 */
#include "lifetimes_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct lifetimes made;
struct advice_list made_list;
static struct advise_sites sites;

/* The locations made so far. */
static struct {
    char text[200];
    uint32_t location;
} known[200];
static unsigned known_count;

void made_begin(void)
{
    known_count = 0;
    lifetimes_init(&made);
    made.interval_bytes = made.windows = 1;
    made.profile = profile_create();
    made.profile->drop_frames =
        profile_intern_string(made.profile, "malloc|operator new|xmalloc|std::allocator<.*");
}

static void must(bool is_done)
{
    if (!is_done)
        abort();
}

/* A line of "function" or "function@line"; equal ones are one function. */
static void add_line(const char *text, size_t length)
{
    char name[200];
    const char *colon = memrchr(text, '@', length);
    size_t bytes = colon ? (size_t)(colon - text) : length;
    memcpy(name, text, bytes);
    name[bytes] = '\0';
    struct profile_function function = {
        .name = profile_intern_string(made.profile, name),
        .file = profile_intern_string(made.profile, "made.c"),
    };
    function.system_name = function.name;
    struct profile_line line = {profile_intern_function(made.profile, &function),
                                colon ? atoi(colon + 1) : 1};
    profile_add_line(made.profile, &line);
}

uint32_t made_stack(const char *text)
{
    const char *frames[32];
    unsigned count = 0;
    for (const char *at = text; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        frames[count++] = at;
    uint32_t node = 0;
    while (count-- > 0) {
        size_t length = strcspn(frames[count], "|");
        uint32_t location = 0;
        for (unsigned i = 0; i < known_count; i++)
            if (strlen(known[i].text) == length && !memcmp(known[i].text, frames[count], length))
                location = known[i].location;
        if (!location) {
            struct profile_location record = {.line_first = made.profile->lines.count};
            for (const char *at = frames[count]; at < frames[count] + length;) {
                size_t line = strcspn(at, ",|");
                add_line(at, line);
                record.line_count++;
                at += line + 1;
            }
            location = profile_add_location(made.profile, &record);
            memcpy(known[known_count].text, frames[count], length);
            known[known_count].text[length] = '\0';
            known[known_count++].location = location;
        }
        node = profile_intern_node(made.profile, node, location);
    }
    return node;
}

struct lifetime *made_blocks(const char *text, uint64_t objects, uint64_t bytes, unsigned level,
                             uint64_t calls, uint64_t live)
{
    must(lifetimes_add_stack(&made, made_stack(text)));
    must(lifetimes_add_size(&made, bytes, objects));
    struct lifetime *life = &made.stacks[made.stack_count - 1].life;
    *life = (struct lifetime){.allocated = objects,
                              .allocated_bytes = objects * bytes,
                              .freed = objects,
                              .freed_bytes = objects * bytes,
                              .followed = objects,
                              .live_max = live,
                              .live_most = live,
                              .size_min = bytes,
                              .size_max = bytes};
    life->ended_at[level] = objects;
    life->began_at[level] = objects - calls;
    life->began_at[LIFETIME_LEVELS - 1] += calls;
    return life;
}

void made_advise(void)
{
    must(advise_sites_init(&sites, &made));
    must(advice_list_init(&made_list, &sites));
}

void made_end(void)
{
    advice_list_deinit(&made_list);
    advise_sites_deinit(&sites);
    lifetimes_deinit(&made);
}

const struct advice *made_only(enum advice_kind kind)
{
    static const struct advice none;
    made_advise();
    enum advice_kind got = made_list.count ? made_list.items[0].kind : ADVICE_NONE;
    if (made_list.count != (kind != ADVICE_NONE) || got != kind)
        fail_msg("%u advices, the first is %s, not %s", made_list.count, advice_kind_names[got],
                 advice_kind_names[kind]);
    return made_list.count ? &made_list.items[0] : &none;
}
