/* SPDX-License-Identifier: Apache-2.0
 *
 * What `inspect` and messages need: how full tables are, and names of constants.
 */
#include "collector/state/names.h"
#include "collector/profile/pseudo.h"
#include "collector/state/layout.h"
#include "collector/state/tables.h"
#include "preload/options.h"

#include <string.h>

static_assert(STATE_READER_TABLES == STATE_TABLE_COUNT, "all tables are shown");

static const char *const table_names[STATE_TABLE_COUNT] = {
    [STATE_TABLE_STRINGS] = "strings",   [STATE_TABLE_MODULES] = "modules",
    [STATE_TABLE_NODES] = "nodes",       [STATE_TABLE_SITES] = "sites",
    [STATE_TABLE_SHARDS] = "shards",     [STATE_TABLE_COUNTERS] = "counters",
    [STATE_TABLE_DIFFS] = "diffs",       [STATE_TABLE_PEAKS] = "peaks",
    [STATE_TABLE_TIMELINE] = "timeline", [STATE_TABLE_LIFE] = "lifetimes",
    [STATE_TABLE_FREED_AT] = "freed at",
};

/* Whether a record was published: its key is not zero. */
static bool is_published(const struct state_reader *reader, unsigned table, const char *record)
{
    uint64_t key64 = 0;
    uint32_t key32 = 0;
    (void)reader;
    switch (table) {
    case STATE_TABLE_MODULES:
        memcpy(&key64, record + offsetof(struct state_module, map_end), sizeof(key64));
        return key64 != 0;
    case STATE_TABLE_NODES:
        memcpy(&key64, record + offsetof(struct state_node, pc), sizeof(key64));
        return key64 != 0;
    case STATE_TABLE_SITES:
        memcpy(&key32, record + offsetof(struct state_site, node), sizeof(key32));
        return key32 != 0;
    case STATE_TABLE_SHARDS:
        memcpy(&key32, record + offsetof(struct state_shard, owners), sizeof(key32));
        return key32 != 0;
    case STATE_TABLE_COUNTERS:
        memcpy(&key32, record + offsetof(struct state_counters, key), sizeof(key32));
        return key32 != 0;
    case STATE_TABLE_DIFFS:
        memcpy(&key32, record + offsetof(struct state_diff, recorded), sizeof(key32));
        return key32 != 0;
    case STATE_TABLE_TIMELINE:
        memcpy(&key64, record + offsetof(struct state_point, stamp), sizeof(key64));
        return key64 != 0;
    case STATE_TABLE_LIFE:
        memcpy(&key32, record + offsetof(struct state_life, node), sizeof(key32));
        return key32 != 0;
    case STATE_TABLE_FREED_AT:
        memcpy(&key32, record + offsetof(struct state_freed_at, free_node), sizeof(key32));
        return key32 != 0;
    case STATE_TABLE_PEAKS:
        for (unsigned i = 0; i < sizeof(struct state_peak) / sizeof(key64); i++) {
            memcpy(&key64, record + i * sizeof(key64), sizeof(key64));
            if (key64 != 0)
                return true;
        }
        return false;
    default: /* strings have no fixed size: units in use */
        memcpy(&key64, record, sizeof(key64));
        return key64 != 0;
    }
}

const char *state_reader_table(const struct state_reader *reader, unsigned table, uint32_t *chunks,
                               uint64_t *records, uint64_t *capacity)
{
    if (table >= STATE_TABLE_COUNT || !table_names[table])
        return NULL;
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const char *base;
    *records = 0;
    while ((base = state_layout_next(reader, table, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++)
            *records += is_published(reader, table, state_layout_at(reader, table, base, i));
    *chunks = 0;
    for (size_t i = 0; i < sizeof(walk.seen) / sizeof(walk.seen[0]); i++)
        *chunks += (uint32_t)__builtin_popcountll(walk.seen[i]);
    *capacity = (uint64_t)*chunks * state_layout_per_chunk(reader, table);
    return table_names[table];
}

void state_reader_diffs(const struct state_reader *reader,
                        bool (*visit)(void *context, uint32_t recorded, uint32_t compared),
                        void *context)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const void *records;
    while ((records = state_layout_next(reader, STATE_TABLE_DIFFS, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++) {
            const struct state_diff *diff = state_layout_at(reader, STATE_TABLE_DIFFS, records, i);
            uint32_t node = atomic_load_explicit(&diff->recorded, memory_order_acquire);
            if (node != 0 && !visit(context, node, diff->compared))
                return;
        }
}

const char *state_loss_name(unsigned loss, bool *is_lost)
{
    static const char *const names[STATE_LOST_COUNT] = {
        [STATE_LOST_LIVE] = "live table full",        [STATE_LOST_SITE] = "no room for a site",
        [STATE_LOST_STACK] = "no room for a stack",   [STATE_LOST_MODULE] = "no room for a module",
        [STATE_LOST_SCRATCH] = "no memory to unwind", [STATE_LOST_GROWTH] = "growth refused",
        [STATE_LOST_PEAK] = "no room for a peak",     [STATE_LOST_LIFE] = "no room for lifetimes",
    };
    if (loss >= STATE_LOST_COUNT)
        return NULL;
    *is_lost = loss != STATE_LOST_GROWTH && loss != STATE_LOST_PEAK && loss != STATE_LOST_LIFE;
    return names[loss];
}

const char *state_loss_key(unsigned loss)
{
    static const char *const keys[STATE_LOST_COUNT] = {
        [STATE_LOST_LIVE] = "live",       [STATE_LOST_SITE] = "site",
        [STATE_LOST_STACK] = "stack",     [STATE_LOST_MODULE] = "module",
        [STATE_LOST_SCRATCH] = "scratch", [STATE_LOST_GROWTH] = "growth",
        [STATE_LOST_PEAK] = "peak",       [STATE_LOST_LIFE] = "life",
    };
    return loss < STATE_LOST_COUNT ? keys[loss] : NULL;
}

uint64_t state_info_lost(const struct state_info *info)
{
    uint64_t lost = 0;
    bool is_lost;
    for (unsigned i = 0; i < STATE_READER_LOSSES; i++)
        if (state_loss_name(i, &is_lost) && is_lost)
            lost += info->losses[i];
    return lost;
}

bool state_reader_foreign_table(const struct state_reader *reader, uint32_t index, uint32_t *id,
                                uint32_t *record_bytes)
{
    struct state_directory_entry entry;
    for (uint32_t i = 0, found = 0; state_layout_directory(reader, i, &entry); i++)
        if (entry.id >= STATE_TABLE_COUNT && found++ == index) {
            *id = entry.id;
            *record_bytes = entry.record_bytes;
            return true;
        }
    return false;
}

static_assert((int)STATE_PC_TRUNCATED == PROFILE_TRUNCATED &&
                  (int)STATE_PC_OTHER == PROFILE_OTHER && (int)STATE_PC_UNKNOWN == PROFILE_UNKNOWN,
              "a pseudo frame's number in the state is its address in the profile");

int64_t state_label_bytes(uint32_t size_class)
{
    uint64_t bytes = state_class_bytes(size_class);
    return bytes > INT64_MAX ? INT64_MAX : (int64_t)bytes;
}

static_assert(STATE_IS_FIRST == STATE_FLAG_FIRST && STATE_IS_FORKED == STATE_FLAG_FORKED &&
                  STATE_IS_CHILD == STATE_FLAG_CHILD,
              "the flags are the state's own");

uint32_t state_info_kind(const struct state_info *info)
{
    return info->flags & (STATE_IS_FIRST | STATE_IS_FORKED | STATE_IS_CHILD);
}

const char *state_unwinder_name(uint32_t unwinder)
{
    static const char *const names[] = {OPTION_UNWINDERS};
    return unwinder < sizeof(names) / sizeof(names[0]) ? names[unwinder] : "unknown";
}
