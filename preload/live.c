/* SPDX-License-Identifier: Apache-2.0
 *
 * Levels of buckets; a bucket is a cache line of four entries.  The blocks of one
 * page have their home buckets side by side.  A block that finds its home full goes
 * to one of eight buckets at a hash of its address, and `max_probe` of the home bucket bounds the
 * lookup: it is the highest number of these buckets that a block of that home went to.  A level in
 * which all nine are full gets a successor as large as all before; entries never move, and taking
 * one out is one store, so there are no tombstones.
 */
#include "preload/live.h"
#include "preload/arena.h"
#include "preload/process/config.h"
#include "preload/state.h"

#define LEVEL_FIRST  1024u /* buckets of level 0: 64 KiB */
#define BUCKET_SLOTS 4u
#define PROBES_MOST  8u

/* key: address / 8 << 20 | site; 0: empty.  value: size | marks << 48 | round_up << 50. */
struct entry {
    _Atomic uint64_t key;
    uint64_t value;
};

struct live_level {
    uint32_t mask; /* buckets - 1 */
    _Atomic uint8_t *max_probe;
    struct entry *entries;
    uint64_t *when; /* of each entry, written and read with its value; NULL: not kept */
};

PROCESS_WIDE(struct live, live_table);
_Atomic uint8_t live_filter[1u << LIVE_FILTER_BITS] __attribute__((aligned(4096)));

static uint64_t key_of(uintptr_t address)
{
    return (uint64_t)address << 17; /* >> 3 << 20 */
}

/* Home bucket: each 128 bytes of a page have one, side by side and in another order, so that a page
 * of small blocks fills its 32 buckets and neighbours are found in one cache line; pages are spread
 * by a hash. */
static uint32_t home_of(uintptr_t address)
{
    uint32_t page = (uint32_t)((address >> 12) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    return page ^ ((uint32_t)(address >> 7) & 31);
}

/* Where a block goes when its home is full: the densest of pages (512 blocks of 8 bytes) has four
 * times as many blocks as its home buckets have entries. */
static uint32_t elsewhere(uintptr_t address)
{
    return (uint32_t)((address >> 3) * UINT64_C(0xd1b54a32d192ed03) >> 32);
}

static struct entry *bucket_at(struct live_level *level, uint32_t home, uintptr_t address,
                               uint32_t distance)
{
    uint32_t bucket = distance == 0 ? home : elsewhere(address) + distance;
    return &level->entries[(size_t)(bucket & level->mask) * BUCKET_SLOTS];
}

static void filter_add(const void *block)
{
    _Atomic uint8_t *filter = live_filter_of(block);
    uint8_t seen = atomic_load_explicit(filter, memory_order_relaxed);
    if (config.interval_bytes == 1) { /* every free is a hit anyway */
        if (seen != LIVE_FILTER_FULL)
            atomic_store_explicit(filter, LIVE_FILTER_FULL, memory_order_relaxed);
        return;
    }
    while (seen != LIVE_FILTER_FULL &&
           !atomic_compare_exchange_weak_explicit(filter, &seen, seen + 1, memory_order_relaxed,
                                                  memory_order_relaxed))
        ;
}

static void filter_remove(const void *block)
{
    _Atomic uint8_t *filter = live_filter_of(block);
    uint8_t seen = atomic_load_explicit(filter, memory_order_relaxed);
    while (seen != LIVE_FILTER_FULL && seen != 0 &&
           !atomic_compare_exchange_weak_explicit(filter, &seen, seen - 1, memory_order_relaxed,
                                                  memory_order_relaxed))
        ;
}

void live_filter_pin(const void *block)
{
    atomic_store_explicit(live_filter_of(block), LIVE_FILTER_FULL, memory_order_relaxed);
}

/* One level more, unless another thread was quicker. */
static bool add_level(uint32_t count)
{
    if (count >= LIVE_LEVELS)
        return false;
    uint32_t buckets = LEVEL_FIRST << (count ? count - 1 : 0); /* doubles the whole */
    struct live_level *level = arena_alloc(sizeof *level, 64), *none = NULL;
    if (!level)
        return false;
    level->mask = buckets - 1;
    level->max_probe = arena_alloc(buckets, 64);
    level->entries = arena_alloc((size_t)buckets * BUCKET_SLOTS * sizeof(struct entry), 64);
    if (config.lifetimes)
        level->when = arena_alloc((size_t)buckets * BUCKET_SLOTS * sizeof *level->when, 64);
    if (!level->max_probe || !level->entries || (config.lifetimes && !level->when))
        return false;
    atomic_compare_exchange_strong_explicit(&live_table.levels[count], &none, level,
                                            memory_order_release, memory_order_relaxed);
    atomic_compare_exchange_strong_explicit(&live_table.count, &count, count + 1,
                                            memory_order_release, memory_order_relaxed);
    return true;
}

/* Where in its bucket the search for an address begins: most are found at once. */
static inline uint32_t first_slot(uintptr_t address)
{
    return (uint32_t)(address >> 5) % BUCKET_SLOTS;
}

/* Look-ups that start at `home` must go as far as `distance`. */
static void raise_max_probe(struct live_level *level, uint32_t home, uint32_t distance)
{
    _Atomic uint8_t *max_probe = &level->max_probe[home & level->mask];
    uint8_t seen = atomic_load_explicit(max_probe, memory_order_relaxed);
    while (seen < distance &&
           !atomic_compare_exchange_weak_explicit(max_probe, &seen, (uint8_t)distance,
                                                  memory_order_relaxed, memory_order_relaxed))
        ;
}

static inline bool entry_put(struct entry *entry, uint64_t key, uint64_t value)
{
    uint64_t empty = 0;
    /* No release is needed: whoever frees the block got its address from this thread, after this.
     */
    if (atomic_load_explicit(&entry->key, memory_order_relaxed) != 0 ||
        !atomic_compare_exchange_strong_explicit(&entry->key, &empty, key, memory_order_acquire,
                                                 memory_order_relaxed))
        return false;
    entry->value = value;
    return true;
}

/* `when`: of an entry of this level, which keeps that; else NULL. */
static inline __attribute__((always_inline)) bool
entry_take(struct entry *entry, uint64_t key, struct live_record *record, struct live_level *when)
{
    uint64_t seen = atomic_load_explicit(&entry->key, memory_order_relaxed);
    if ((seen ^ key) >> 20 != 0)
        return false;
    uint64_t value = entry->value;
    if (when)
        record->when = when->when[entry - when->entries];
    /* Release pairs with the acquire of the next insertion here: `value` is read
     * before it is written again. */
    atomic_store_explicit(&entry->key, 0, memory_order_release);
    record->site = (uint32_t)seen & (STATE_SITES_MAX - 1);
    record->size_bytes = value & ((UINT64_C(1) << 48) - 1);
    record->weight.marks = value >> 48 & 3;
    record->weight.round_up = value >> 50 & 1;
    return true;
}

static inline uint64_t value_of(const struct live_record *record)
{
    return record->size_bytes | (uint64_t)record->weight.marks << 48 |
           (uint64_t)record->weight.round_up << 50;
}

/* Anywhere in the level.  Before it is found full, the address itself is found in it: one
 * that comes again and again without a free that we see takes one place, not all. */
static bool level_insert(struct live_level *level, uint32_t home, uintptr_t address, uint64_t key,
                         const struct live_record *record, struct live_record *stale)
{
    uint64_t value = value_of(record);
    for (uint32_t distance = 0; distance <= PROBES_MOST; distance++) {
        struct entry *bucket = bucket_at(level, home, address, distance);
        for (uint32_t i = 0; i < BUCKET_SLOTS; i++) {
            if (atomic_load_explicit(&bucket[i].key, memory_order_relaxed) != 0 &&
                (stale->site || !entry_take(&bucket[i], key, stale, level->when ? level : NULL)))
                continue;
            if (distance > 0)
                raise_max_probe(level, home, distance);
            if (!entry_put(&bucket[i], key, value))
                continue;
            if (level->when)
                level->when[&bucket[i] - level->entries] = record->when;
            return true;
        }
    }
    return false;
}

static inline __attribute__((always_inline)) bool level_take(struct live_level *level,
                                                             uint32_t home, uintptr_t address,
                                                             struct live_record *record, bool when)
{
    uint32_t distance = 0;
    do {
        struct entry *bucket = bucket_at(level, home, address, distance);
        for (uint32_t i = 0; i < BUCKET_SLOTS; i++)
            if (entry_take(&bucket[i], key_of(address), record, when ? level : NULL))
                return true;
    } while (distance++ <
             atomic_load_explicit(&level->max_probe[home & level->mask], memory_order_relaxed));
    return false;
}

static struct live_level *newest(uint32_t count)
{
    return atomic_load_explicit(&live_table.levels[count - 1], memory_order_acquire);
}

/* The preferred entry of a block in its home bucket, where most blocks are. */
static inline struct entry *preferred_entry(struct live_level *level, uint32_t home,
                                            uintptr_t address)
{
    return &level->entries[(size_t)(home & level->mask) * BUCKET_SLOTS + first_slot(address)];
}

static inline bool can_be_kept(uintptr_t address)
{
    return (address & 7) == 0 && address >> 47 == 0;
}

static inline __attribute__((always_inline)) bool put(const void *block,
                                                      const struct live_record *record, bool when)
{
    uintptr_t address = (uintptr_t)block;
    uint32_t count = atomic_load_explicit(&live_table.count, memory_order_acquire);
    if (count == 0 || !can_be_kept(address))
        return false;
    struct live_level *level = newest(count);
    struct entry *entry = preferred_entry(level, home_of(address), address);
    if (!entry_put(entry, key_of(address) | record->site, value_of(record)))
        return false;
    if (when)
        level->when[entry - level->entries] = record->when;
    filter_add(block);
    return true;
}

bool live_put(const void *block, const struct live_record *record)
{
    return put(block, record, false);
}

bool live_put_when(const void *block, const struct live_record *record)
{
    return put(block, record, true);
}

bool live_insert(const void *block, const struct live_record *record, struct live_record *stale)
{
    uintptr_t address = (uintptr_t)block;
    uint64_t key = key_of(address) | record->site;
    stale->site = 0;
    if (!can_be_kept(address))
        return false;
    for (;;) {
        uint32_t count = atomic_load_explicit(&live_table.count, memory_order_acquire);
        if (count > 0 && level_insert(newest(count), home_of(address), address, key, record, stale))
            break;
        if (!add_level(count)) {
            if (stale->site)
                filter_remove(block);
            return false;
        }
    }
    if (stale->site == 0) /* else the filter has counted it */
        filter_add(block);
    return true;
}

static inline __attribute__((always_inline)) bool take_from_all(uint32_t count, uint32_t home,
                                                                uintptr_t address,
                                                                struct live_record *record,
                                                                bool when)
{
    while (count-- > 0)
        if (level_take(atomic_load_explicit(&live_table.levels[count], memory_order_acquire), home,
                       address, record, when))
            return true;
    return false;
}

static __attribute__((noinline)) bool take_slow(uint32_t count, uint32_t home, uintptr_t address,
                                                struct live_record *record)
{
    return take_from_all(count, home, address, record, false);
}

static __attribute__((noinline)) bool take_slow_when(uint32_t count, uint32_t home,
                                                     uintptr_t address, struct live_record *record)
{
    return take_from_all(count, home, address, record, true);
}

static inline __attribute__((always_inline)) bool take(const void *block,
                                                       struct live_record *record, bool when)
{
    uintptr_t address = (uintptr_t)block;
    uint32_t home = home_of(address);
    uint32_t count = atomic_load_explicit(&live_table.count, memory_order_acquire);
    if (count == 0 || address == 0 || !can_be_kept(address)) /* zero: an empty place */
        return false;
    struct live_level *level = newest(count);
    if (!entry_take(preferred_entry(level, home, address), key_of(address), record,
                    when ? level : NULL) &&
        !(when ? take_slow_when(count, home, address, record)
               : take_slow(count, home, address, record)))
        return false;
    filter_remove(block);
    return true;
}

bool live_take(const void *block, struct live_record *record)
{
    return take(block, record, false);
}

bool live_take_when(const void *block, struct live_record *record)
{
    return take(block, record, true);
}
