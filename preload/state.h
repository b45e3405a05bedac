/* SPDX-License-Identifier: Apache-2.0
 *
 * The state: the memory layout shared by the shim, which writes it, and the
 * collector, which reads it.  One file per process, mapped MAP_SHARED, so that
 * it outlives whatever happens to the process.  Data and static asserts only.
 *
 * Laws
 *  - Fixed-width integers, native byte order, offsets from the start of the
 *    file instead of pointers, explicit padding; every size is asserted.
 *  - The file is header, chunk table, chunks.  A chunk belongs to one table and
 *    is filled from its start; memory never written reads as zero, and a record
 *    whose key field is zero was never published.
 *  - Records are only ever appended; counters only ever grow.  Nothing moves.
 *  - A reader treats every value as hostile: copy it, bound it, use the copy.
 *
 * What may be added without a new version: fields at the end of the header or of a record
 * (the header and the table directory say how long they are), tables, and optional feature
 * bits.  A reader skips what it does not know.  What it must know to read the rest right
 * gets a required feature bit.
 *
 * Version 1 had the header up to `diff_different`, neither directory nor features, and
 * in struct state_counters the shard where `epoch` is and the bare site after it.
 */
#ifndef MEMPROF_STATE_H
#define MEMPROF_STATE_H

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define STATE_MAGIC           UINT64_C(0x31666f72706d656d) /* "memprof1" */
#define STATE_VERSION         2
#define STATE_HEADER_BYTES    4096 /* the chunk table starts here */
#define STATE_CHUNKS_MAX      4096 /* chunk_bytes grows with the state's maximum instead */
#define STATE_CHUNK_BYTES_MIN 16384
#define STATE_SITES_MAX       (1u << 20) /* site indexes are 20 bits wide */
#define STATE_SHARDS_MAX      65         /* 64 owned by one thread each, and the shared one */
#define STATE_MODULES_MAX     4096
#define STATE_SEGMENTS_MAX    4
#define STATE_BUILD_ID_MAX    32
#define STATE_BUILD_ID_SURE                                                                        \
    8 /* a shorter one may have been set by hand and be shared by two builds */
#define STATE_WRITER_BYTES  32 /* the writer's version of memprof, NUL-terminated */
#define STATE_DIRECTORY_MAX 16 /* entries that this version's header has room for */

/* What a chunk holds.  Chunk table entry: table << 24 | ordinal, where ordinal
 * counts the chunks of that table from 0 in index order.  Zero: not in use (yet). */
enum state_table {
    STATE_TABLE_NONE = 0,
    STATE_TABLE_STRINGS = 1,   /* struct state_string, 8-byte aligned, appended */
    STATE_TABLE_MODULES = 2,   /* struct state_module, by index */
    STATE_TABLE_NODES = 3,     /* struct state_node, named by file offset / 16 */
    STATE_TABLE_SITES = 4,     /* struct state_site, by index */
    STATE_TABLE_SHARDS = 5,    /* struct state_shard, by index */
    STATE_TABLE_COUNTERS = 6,  /* struct state_counters, appended */
    STATE_TABLE_DIFFS = 7,     /* struct state_diff, appended (MEMPROF_UNWIND=diff only) */
    STATE_TABLE_PEAKS = 8,     /* struct state_peak, by the index of the counters it belongs to */
    STATE_TABLE_TIMELINE = 9,  /* struct state_point, by ring * STATE_RING_POINTS + place */
    STATE_TABLE_LIFE = 10,     /* struct state_life (state_lifetimes.h), appended */
    STATE_TABLE_FREED_AT = 11, /* struct state_freed_at (state_lifetimes.h), appended */
    STATE_TABLE_COUNT = 12,
};

#define STATE_CHUNK_TABLE(entry)          ((entry) >> 24)
#define STATE_CHUNK_ORDINAL(entry)        ((entry) & 0xffffffu)
#define STATE_CHUNK_ENTRY(table, ordinal) ((uint32_t)(table) << 24 | (uint32_t)(ordinal))

/* header.features_required: a reader that does not know one of these bits must not read the
 * state. */
#define STATE_FEATURES_REQUIRED_KNOWN UINT64_C(0)

/* header.features_optional */
#define STATE_FEATURE_TOTALS    UINT64_C(1) /* state_shard has totals */
#define STATE_FEATURE_PEAK      UINT64_C(2) /* header.peak is kept, and the table PEAKS */
#define STATE_FEATURE_TIMELINE  UINT64_C(4) /* the table TIMELINE is kept */
#define STATE_FEATURE_LIFETIMES UINT64_C(8) /* header.lifetimes, and LIFE and FREED_AT are kept */

/* How frames were found; header.unwinder. */
enum state_unwinder {
    STATE_UNWIND_CFI = 0,
    STATE_UNWIND_FP = 1,
    STATE_UNWIND_LIBUNWIND = 2,
    STATE_UNWIND_DIFF = 3, /* tests: cfi recorded, libunwind compared */
};

/* header.flags */
#define STATE_FLAG_FIRST  1u  /* the process that `memprof run` started */
#define STATE_FLAG_FORKED 2u  /* made at the first sample of a fork's child */
#define STATE_FLAG_CHILD  4u  /* its parent was being profiled when it started */
#define STATE_FLAG_PINNED 8u  /* all memory was reserved at start (no growth) */
#define STATE_FLAG_PEAK   16u /* a profile of the peak is wanted at the end, too */

/* header.phase */
enum state_phase {
    STATE_PHASE_RECORDING = 1,
    STATE_PHASE_EXITING = 2, /* the exit's work has begun: the totals are final, but for what other
                                threads still do */
};

/* header.lost[]: why something is not in the profile.  Each of these counts events. */
enum state_loss {
    STATE_LOST_LIVE = 0,    /* live table full: counted as allocated and freed at once */
    STATE_LOST_SITE = 1,    /* no room for a site: counted in [other] */
    STATE_LOST_STACK = 2,   /* no room for a stack's frames: counted in [other] */
    STATE_LOST_MODULE = 3,  /* no room for a module: frames without one */
    STATE_LOST_SCRATCH = 4, /* no memory to unwind into: counted in [other] */
    STATE_LOST_GROWTH = 5,  /* growth refused: cap, full tmpfs, or a sandbox */
    STATE_LOST_PEAK = 6,    /* no room for a record of PEAKS: what a site had then is not known */
    STATE_LOST_LIFE = 7,    /* no room for a record of LIFE or FREED_AT: not in these */
    STATE_LOST_COUNT = 8,
};

/* Offset of a struct state_string; 0: none. */
typedef uint64_t state_string_offset;

/* What a table's records are, for readers of another build.  Written by the shim before
 * `magic`, but for `first_chunk`. */
struct state_directory_entry {
    uint32_t id; /* enum state_table */
    /* Bytes from one record to the next, 0: they have no fixed size; a chunk has
     * chunk_bytes / record_bytes of them. */
    uint32_t record_bytes;
    /* Number + 1 of the first chunk that is or was about to be of this table; 0: none yet.
     * Stored by any thread (relaxed) before the chunk table's entry, whose release store
     * it comes before. */
    _Atomic uint32_t first_chunk;
    uint32_t reserved;
};
static_assert(sizeof(struct state_directory_entry) == 16, "state layout");

/* The highest total of bytes in use, and what each thread compares its events with.  Written
 * by whichever thread looks at the totals, which is rare; read by all at each event.
 *
 * The epoch is the number of the peak.  The counters of a site remember in which epoch
 * they changed last; before the first change in a newer one their values, which are those
 * at the peak, are saved in PEAKS. */
struct state_header_peak {
    /* Lower half: the epoch, which starts at 1 and saturates.  Upper half: state_level() of the
     * bytes in use then, so that one compare-and-swap (acq_rel) begins an epoch and says how
     * high the next peak has to be.  A writer's acquire load before each event pairs with
     * it, as do a reader's, before and after it reads counters. */
    _Atomic uint64_t epoch_level;
    _Atomic uint64_t bytes; /* in use at the peak, to the byte; relaxed, after epoch_level */
    /* CLOCK_MONOTONIC - start_monotonic_ns at the peak; 0: not known (after seccomp).
     * Relaxed: it may be a moment older or newer than `bytes`. */
    _Atomic uint64_t ns;
    /* Bytes by which a thread may change the total before it looks at all of them; INT64_MAX
     * while one shard is in use: see `turn`.  Relaxed, as a late look is allowed for. */
    _Atomic int64_t batch;
    /* With one shard in use its net change since the peak is known exactly, and it looks
     * before a free that would lose a total higher than this: 0, else INT64_MAX.  Relaxed. */
    _Atomic int64_t turn;
    uint64_t reserved_too[2];
};
static_assert(sizeof(struct state_header_peak) == 56, "state layout");
#define STATE_PEAK_EPOCH(epoch_level) ((uint32_t)(epoch_level))

/* Written by the shim before `magic` unless a field says otherwise. */
struct state_header {
    _Atomic uint64_t magic; /* release, last; a reader's acquire load pairs with it */
    uint32_t version;
    uint32_t header_bytes; /* sizeof(struct state_header) of who wrote it */
    uint64_t state_bytes;  /* the file's size: its maximum, sparse */
    uint64_t chunk_table_offset;
    uint64_t chunks_offset; /* chunk i lies at chunks_offset + i * chunk_bytes */
    uint32_t chunk_bytes;   /* a power of two */
    uint32_t chunk_count;   /* entries of the chunk table */

    uint32_t pid; /* in its own pid namespace */
    uint32_t ppid;
    uint64_t pid_namespace; /* inode of /proc/self/ns/pid; 0: unknown */
    uint64_t start_ns;      /* CLOCK_REALTIME when recording began */
    uint64_t run_id;        /* of `memprof run`; 0: none */
    uint32_t flags;         /* STATE_FLAG_* */
    uint32_t uid;           /* effective, when the state was made */

    uint64_t interval_bytes; /* mean bytes between samples; 1: every allocation */
    uint64_t seed;
    uint32_t depth; /* frames kept per stack */
    uint32_t unwinder;

    state_string_offset exe;       /* absolute path of the executable */
    state_string_offset comm;      /* what %e stands for: exe's last component */
    state_string_offset cwd;       /* directory at start, absolute */
    state_string_offset out;       /* MEMPROF_OUT as given; 0: the default template */
    state_string_offset arguments; /* argv, NUL-separated, cut at 4 KiB */

    /* Identity of descriptor 2 at start: who may be told something at exit. */
    uint64_t stderr_device;
    uint64_t stderr_inode;
    uint32_t stderr_open; /* 0: it was closed */
    uint32_t verbose;     /* MEMPROF_VERBOSE */

    /* Below: written while recording; relaxed unless said. */
    _Atomic uint32_t phase; /* enum state_phase */
    _Atomic uint32_t chunks_used;
    _Atomic uint32_t sites_used; /* indexes handed out; 0 is never one */
    _Atomic uint32_t modules_used;
    _Atomic uint32_t shards_used;
    _Atomic uint32_t unload_epoch; /* dlcloses so far */
    _Atomic uint64_t threads;      /* threads that recorded something */
    _Atomic uint64_t lost[STATE_LOST_COUNT];
    _Atomic uint64_t diff_stacks;    /* STATE_UNWIND_DIFF: stacks compared ... */
    _Atomic uint64_t diff_different; /* ... and found different */

    /* Since version 2; before `magic` again. */
    uint64_t features_required; /* STATE_FEATURE_*, none so far */
    uint64_t features_optional;
    uint64_t start_monotonic_ns; /* CLOCK_MONOTONIC when the state was made; 0: not known */
    uint32_t directory_offset;   /* of struct state_directory_entry, within the header */
    uint32_t directory_count;

    struct state_header_peak peak; /* on a cache line of its own */
    /* With STATE_FEATURE_LIFETIMES: one of how many windows is followed (1: all events are), and
     * how many events of a thread are one window. */
    uint32_t lifetimes;
    uint32_t lifetimes_window;

    char writer[STATE_WRITER_BYTES];
    struct state_directory_entry directory[STATE_DIRECTORY_MAX];
};
#define STATE_HEADER_BYTES_V1 288
static_assert(offsetof(struct state_header, features_required) == STATE_HEADER_BYTES_V1,
              "state layout");
static_assert(offsetof(struct state_header, peak) == 320, "state layout");
static_assert(offsetof(struct state_header, lifetimes) == 376, "state layout");
static_assert(offsetof(struct state_header, writer) == 384, "state layout");
static_assert(offsetof(struct state_header, directory) == 416, "state layout");
static_assert(sizeof(struct state_header) == 672, "state layout");
static_assert(sizeof(struct state_header) <= STATE_HEADER_BYTES, "state layout");
static_assert(STATE_TABLE_COUNT - 1 <= STATE_DIRECTORY_MAX, "state layout");

struct state_string {
    uint32_t length; /* bytes before the NUL */
    char bytes[];    /* length bytes, then a NUL */
};
static_assert(sizeof(struct state_string) == 4, "state layout");

/* An executable PT_LOAD: addresses as the ELF file says, not yet biased. */
struct state_segment {
    uint64_t vaddr;
    uint64_t bytes;       /* memory size */
    uint64_t file_offset; /* of vaddr */
};
static_assert(sizeof(struct state_segment) == 24, "state layout");

/* What was mapped when a frame was recorded.  A library closed and mapped again
 * elsewhere, or another one at its address, is another module.  Index 0 is
 * never used.  `map_end` is stored last (release); 0: not published. */
struct state_module {
    uint64_t bias;      /* run-time address - ELF vaddr */
    uint64_t map_start; /* run-time extent, all segments */
    _Atomic uint64_t map_end;
    state_string_offset path; /* absolute where it could be made so */
    uint64_t device;          /* of the file, by stat at recording; with inode 0: unknown */
    uint64_t inode;
    uint64_t file_bytes;
    int64_t mtime_ns;
    uint32_t build_id_length;
    uint32_t segment_count;
    uint8_t build_id[STATE_BUILD_ID_MAX];
    struct state_segment segments[STATE_SEGMENTS_MAX];
    uint32_t is_executable; /* the main program */
    uint32_t unload_epoch;  /* header.unload_epoch when it was found */
    uint64_t reserved[2];
};
static_assert(sizeof(struct state_module) == 224, "state layout");

/* A stack is a path in a tree that grows from its root (the outermost frame):
 * node -> parent -> ... -> 0.  `pc` is the address used for lookup: the return
 * address - 1, or the interrupted pc itself.  `pc` is stored last (release). */
struct state_node {
    uint32_t parent; /* file offset / 16; 0: outermost */
    uint32_t module; /* module index; 0: in none; STATE_MODULE_PSEUDO: see pc */
    _Atomic uint64_t pc;
};
static_assert(sizeof(struct state_node) == 16, "state layout");
#define STATE_NODE_UNIT 16

#define STATE_MODULE_PSEUDO UINT32_MAX
enum state_pseudo_pc {
    STATE_PC_TRUNCATED = 1, /* "[truncated]": outer frames are missing */
    STATE_PC_OTHER = 2,     /* "[other]": no room for the site */
    STATE_PC_UNKNOWN = 3,   /* "[unknown]": no stack at all */
};

/* What is counted: a stack and a size class.  `node` is stored last (release). */
struct state_site {
    uint32_t size_class; /* see state_class_bytes() of state_values.h */
    _Atomic uint32_t node;
};
static_assert(sizeof(struct state_site) == 8, "state layout");

/* One per thread that recorded something; taken over, counts and all, by a later
 * thread.  Index 0 is the shared one (atomic adds); written by its owner alone
 * otherwise.  Counts are events, not scaled. */
struct state_shard {
    _Atomic uint32_t owner;  /* thread id, of one that ended, too; 0: nobody */
    _Atomic uint32_t owners; /* threads that had it so far */
    _Atomic uint64_t samples;
    _Atomic uint64_t samples_freed;
    _Atomic uint64_t truncated; /* samples whose stack ends in [truncated] */
    /* The sums of its counters but for the event under way: estimates, scaled up.  Stored
     * with release after the counters; a reader sums freed_bytes of all shards (acquire)
     * before allocated_bytes. */
    _Atomic uint64_t allocated_objects;
    _Atomic uint64_t allocated_bytes;
    _Atomic uint64_t freed_objects;
    _Atomic uint64_t freed_bytes;
};
static_assert(sizeof(struct state_shard) == 64, "state layout");

/* The counters of one site in one shard: estimates, already scaled up.  The
 * writer stores each with release order; a reader sums freed_* of all counters
 * (acquire), then allocated_* of all counters: what it saw freed it sees allocated.
 * `key` is stored last (release); 0: not published. */
struct state_counters {
    _Atomic uint64_t allocated_objects;
    _Atomic uint64_t allocated_bytes;
    _Atomic uint64_t freed_objects;
    _Atomic uint64_t freed_bytes;
    /* The epoch of header.peak in which they changed last.  A shard's owner stores it (release)
     * when their values are saved and before it changes them; in the shared shard who
     * swaps it (acq_rel) saves them afterwards.  A reader loads it (acquire) after
     * the values: if it is not the header's these are the values at the peak. */
    _Atomic uint32_t epoch;
    _Atomic uint32_t key; /* STATE_COUNTERS_KEY(shard, site) */
};
static_assert(sizeof(struct state_counters) == 40, "state layout");

#define STATE_SITE_BITS                 20
#define STATE_COUNTERS_KEY(shard, site) ((uint32_t)(shard) << STATE_SITE_BITS | (uint32_t)(site))
#define STATE_COUNTERS_SITE(key)        ((key) & (STATE_SITES_MAX - 1))
#define STATE_COUNTERS_SHARD(key)       ((key) >> STATE_SITE_BITS & 127u)
static_assert(STATE_SITES_MAX == 1u << STATE_SITE_BITS && STATE_SHARDS_MAX <= 128, "state layout");

/* What counters had at the peak, saved before their first change in its epoch.  Record i
 * belongs to record i of COUNTERS, and is written by who may write those, relaxed after a
 * release fence: a reader that sees a later epoch's value (acquire) sees that epoch in
 * the header, too.  In the shared shard a thread that
 * was interrupted may write into what another saved an epoch later, so there a record counts
 * only if `mark` fits it. */
struct state_peak {
    _Atomic uint64_t allocated_objects;
    _Atomic uint64_t allocated_bytes;
    _Atomic uint64_t freed_objects;
    _Atomic uint64_t freed_bytes;
    _Atomic uint64_t mark; /* state_peak_mark() of state_values.h */
};
static_assert(sizeof(struct state_peak) == 40, "state layout");

/* The timeline: rings of points, each step ten times that of the ring before, from
 * 10 ms to 10 000 s.  The point of step n (since the start) is at place n %
 * STATE_RING_POINTS and stays there until the ring has turned.  Where nothing happened
 * there is none: then the one before holds on. */
#define STATE_RINGS         7
#define STATE_RING_POINTS   600
#define STATE_RING_FIRST_NS UINT64_C(10000000)

/* Written by the thread that chose the step, all four words relaxed and in any order, while
 * a thread that was interrupted in the turn before may still be writing here: what is
 * not of one piece has a stamp that does not fit.  0: never written. */
struct state_point {
    _Atomic uint64_t stamp; /* state_point_stamp() of state_values.h */
    _Atomic uint64_t inuse_bytes;
    _Atomic uint64_t allocated_bytes;
    _Atomic uint64_t allocated_objects;
};
static_assert(sizeof(struct state_point) == 32, "state layout");

/* A stack on which two unwinders disagree.  `recorded` is stored last. */
struct state_diff {
    uint32_t compared; /* node */
    _Atomic uint32_t recorded;
};
static_assert(sizeof(struct state_diff) == 8, "state layout");

#endif
