/* SPDX-License-Identifier: Apache-2.0
 *
 * The state's file: made, sized, mapped whole without access, and left in place or
 * removed.  MADV_DONTFORK keeps a child out of its parent's state.
 */
#include "preload/process/state_file.h"
#include "preload/arena.h"
#include "preload/base/stat.h"
#include "preload/base/sys.h"
#include "preload/process/apart.h"
#include "preload/process/clock.h"
#include "preload/process/config.h"
#include "preload/process/log.h"
#include "preload/process/process.h"
#include "preload/process/state_dir.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "preload/state_values.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

/* Path of this process's state file; written by the thread that prepares the state, before the
 * phase is READY. */
static char path[CONFIG_PATH_MAX + 512];
static void *mapping;
static size_t mapping_bytes;
static const char *failed_call; /* what of size_and_map() did not work */

static uint64_t bounded_state_bytes(void)
{
    struct rlimit file, space;
    uint64_t bytes = config.state_max_bytes;
    if (getrlimit(RLIMIT_FSIZE, &file) == 0 && file.rlim_cur < bytes)
        bytes = file.rlim_cur; /* one byte more is SIGXFSZ */
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur / 16 < bytes)
        bytes = space.rlim_cur / 16;
    return bytes;
}

static uint64_t round_up(uint64_t value, uint64_t unit)
{
    return (value + unit - 1) / unit * unit;
}

/* Sizes and offsets of the tables for a file of at most `limit` bytes. */
static bool lay_out(struct state_header *layout, uint64_t limit)
{
    uint32_t chunk_bytes = STATE_CHUNK_BYTES_MIN;
    while (limit / chunk_bytes > STATE_CHUNKS_MAX || chunk_bytes < getauxval(AT_PAGESZ))
        chunk_bytes *= 2;
    uint32_t count = (uint32_t)(limit / chunk_bytes);
    if (count < 12)
        return false;
    layout->chunk_bytes = chunk_bytes;
    layout->chunk_table_offset = STATE_HEADER_BYTES;
    layout->chunks_offset =
        round_up(STATE_HEADER_BYTES + (uint64_t)count * sizeof(uint32_t), chunk_bytes);
    layout->chunk_count = count - (uint32_t)(layout->chunks_offset / chunk_bytes);
    layout->state_bytes =
        layout->chunks_offset + (uint64_t)layout->chunk_count * layout->chunk_bytes;
    return true;
}

/* Maps `fd` and makes its head usable; frees nothing on failure but the mapping. */
static bool map_state(int fd, struct state_header *layout)
{
    failed_call = "ftruncate";
    if (ftruncate(fd, (off_t)layout->state_bytes) != 0)
        return false;
    failed_call = "mmap";
    mapping_bytes = layout->state_bytes;
    mapping = mmap(NULL, mapping_bytes, PROT_NONE, MAP_SHARED, fd, 0);
    if (mapping == MAP_FAILED)
        return false;
    madvise(mapping, mapping_bytes, MADV_DONTFORK);
    madvise(mapping, mapping_bytes, MADV_DONTDUMP);
    munlock(mapping, mapping_bytes); /* after mlockall it would count against the limit */
    failed_call = "mprotect";
    if (mprotect(mapping, layout->chunks_offset, PROT_READ | PROT_WRITE) == 0) {
        failed_call = "write to";
        if (madvise(mapping, layout->chunks_offset, MADV_POPULATE_WRITE) == 0)
            return true;
        if (errno == EINVAL && posix_fallocate(fd, 0, (off_t)layout->state_bytes) == 0) {
            layout->flags |= STATE_FLAG_PINNED;
            return true;
        }
    }
    int why = errno == EFAULT ? ENOSPC : errno; /* what a full tmpfs would be SIGBUS for */
    munmap(mapping, mapping_bytes);
    errno = why;
    return false;
}

/* Tries ever smaller sizes: a limit or a full tmpfs makes the state smaller. */
static bool size_and_map(int fd, struct state_header *layout)
{
    uint64_t limit = bounded_state_bytes();
    failed_call = "reserve, within the limits on files and memory,";
    errno = ENOMEM;
    for (; lay_out(layout, limit); limit /= 4)
        if (map_state(fd, layout))
            return true;
    return false;
}

static uint64_t namespace_inode(void)
{
    struct stat st;
    return stat_path("/proc/thread-self/ns/pid", &st) ? st.st_ino : 0;
}

static void fill_header(struct state_header *h, const struct state_header *layout, bool forked)
{
    h->version = STATE_VERSION;
    h->header_bytes = sizeof *h;
    h->state_bytes = layout->state_bytes;
    h->chunk_table_offset = layout->chunk_table_offset;
    h->chunks_offset = layout->chunks_offset;
    h->chunk_bytes = layout->chunk_bytes;
    h->chunk_count = layout->chunk_count;
    h->pid = process.pid;
    h->ppid = (uint32_t)getppid();
    h->pid_namespace = namespace_inode();
    h->start_ns = config.start_ns;
    h->run_id = config.run_id;
    h->flags = layout->flags | (forked ? STATE_FLAG_FORKED : 0) |
               (config.child ? STATE_FLAG_CHILD : 0) | (config.peak ? STATE_FLAG_PEAK : 0) |
               (h->pid == config.first_pid ? STATE_FLAG_FIRST : 0);
    h->uid = (uint32_t)SYS(geteuid);
    h->interval_bytes = config.interval_bytes;
    h->seed = config.seed;
    h->depth = config.depth;
    h->unwinder = config.unwinder;
    h->stderr_open = log_stderr.is_open;
    h->stderr_device = log_stderr.device;
    h->stderr_inode = log_stderr.inode;
    h->verbose = config.verbose;
    atomic_store_explicit(&h->phase, STATE_PHASE_RECORDING, memory_order_relaxed);
    atomic_store_explicit(&h->sites_used, 1, memory_order_relaxed);
    atomic_store_explicit(&h->modules_used, 1, memory_order_relaxed);
}

#define TIMELINE_LEAST (UINT64_C(4) << 20) /* smaller states keep their chunks for sites */

/* For readers of other builds: what there is, and what is kept. */
static void describe(struct state_header *h)
{
    h->features_optional = STATE_FEATURE_TOTALS | STATE_FEATURE_PEAK;
    if (config.lifetimes) {
        h->features_optional |= STATE_FEATURE_LIFETIMES;
        h->lifetimes = config.lifetimes;
        h->lifetimes_window = CONFIG_LIFETIMES_WINDOW;
    }
    h->start_monotonic_ns = clock_monotonic_ns();
    if (h->state_bytes >= TIMELINE_LEAST && h->start_monotonic_ns)
        h->features_optional |= STATE_FEATURE_TIMELINE;
    /* One shard, no peak yet. */
    atomic_store_explicit(&h->peak.epoch_level, 1, memory_order_relaxed);
    atomic_store_explicit(&h->peak.batch, INT64_MAX, memory_order_relaxed);
    atomic_store_explicit(&h->peak.turn, 0, memory_order_relaxed);
    h->directory_offset = offsetof(struct state_header, directory);
    h->directory_count = STATE_TABLE_COUNT - 1;
    for (uint32_t table = 1; table < STATE_TABLE_COUNT; table++) {
        h->directory[table - 1].id = table;
        h->directory[table - 1].record_bytes = state_record_bytes(table);
    }
    memcpy(h->writer, MEMPROF_VERSION, sizeof MEMPROF_VERSION);
    static_assert(sizeof MEMPROF_VERSION <= STATE_WRITER_BYTES, "cut it");
}

static void fill_strings(struct state_header *h)
{
    const char *comm = config_program();
    h->exe = state_map_string(config.exe, strlen(config.exe));
    h->comm = state_map_string(comm, strlen(comm));
    h->cwd = state_map_string(config.cwd, strlen(config.cwd));
    if (config.out[0])
        h->out = state_map_string(config.out, strlen(config.out));
    h->arguments = state_map_string(config.arguments, config.arguments_bytes);
}

/* The arguments and results of create_and_map(), which apart_do() calls without any. */
static struct {
    bool free_a_descriptor; /* the target has used up all of them */
    bool exposed;           /* other threads of the target share its descriptors */
    struct state_header layout;
    bool placed, mapped;
    int error;
    uint64_t room_bytes;
} creation;

static bool is_our_file(int fd)
{
    struct stat file, named;
    return SYS(newfstatat, fd, "", &file, AT_EMPTY_PATH) == 0 &&
           SYS(newfstatat, AT_FDCWD, path, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           file.st_dev == named.st_dev && file.st_ino == named.st_ino;
}

/* Exchanges `fd` for a number that no other thread is given meanwhile unless it has hundreds
 * of descriptors: one that closes what it finds must not make us work on a file of its own. */
static int out_of_reach(int fd)
{
    struct rlimit most;
    long least = getrlimit(RLIMIT_NOFILE, &most) == 0 && most.rlim_cur < 2000
                     ? (long)most.rlim_cur / 2
                     : 1000;
    int far = (int)SYS(fcntl, fd, F_DUPFD_CLOEXEC, least);
    bool ours = is_our_file(fd);
    if (far >= 0 && !is_our_file(far)) {
        SYS(close, far);
        far = -1;
        errno = EBADF;
    } else if (far < 0) {
        errno = -far;
        far = -1;
    }
    if (ours)
        SYS(close, fd);
    return far;
}

static uint64_t room_bytes(int fd)
{
    struct statfs fs;
    return fstatfs(fd, &fs) == 0 ? (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize : UINT64_MAX;
}

static void create_and_map(void)
{
    if (creation.free_a_descriptor)
        SYS(close, 0);
    int fd = state_dir_create_file((pid_t)process.pid, path, sizeof path);
    creation.placed = fd >= 0;
    failed_call = "dup";
    if (creation.placed && creation.exposed)
        fd = out_of_reach(fd);
    creation.room_bytes = fd >= 0 ? room_bytes(fd) : 0;
    creation.mapped = fd >= 0 && size_and_map(fd, &creation.layout);
    creation.error = errno;
    if (fd >= 0 && (!creation.exposed || is_our_file(fd)))
        SYS(close, fd);
}

/* Another thread of the target could close, reopen or write to the descriptor we
 * hold for a moment: where there are threads, that happens in one apart, unless none can be
 * had (a limit on processes, unshare of the pid namespace). */
static void create_safely(void)
{
    memset(&creation, 0, sizeof creation);
    path[0] = '\0';
    if (thread_is_only() || config.valgrind) {
        create_and_map();
    } else if (!apart_do(create_and_map)) {
        creation.exposed = true;
        create_and_map();
    }
    if (!creation.placed && creation.error == EMFILE && !config.valgrind) {
        creation.free_a_descriptor = true;
        apart_do(create_and_map);
    }
}

bool state_file_create(bool forked)
{
    create_safely();
    if (!creation.mapped) {
        if (creation.placed) {
            const char *advice = state_dir_advice(creation.error);
            log_line("cannot keep a state: ", failed_call, " ", path, ": ",
                     log_reason(creation.error), "; nothing is recorded (",
                     advice ? advice : "try MEMPROF_STATE_MAX or MEMPROF_DIR", ")", NULL);
            unlink(path);
        } else {
            state_dir_say_none(creation.error);
        }
        path[0] = '\0';
        return false;
    }
    state_dir_say_elsewhere(path);
    state_map.header = mapping;
    fill_header(mapping, &creation.layout, forked);
    describe(mapping);
    fill_strings(mapping);
    /* Pairs with a reader's acquire load of magic: all of the above is there. */
    atomic_store_explicit(&state_map.header->magic, STATE_MAGIC, memory_order_release);
    return true;
}

void state_file_abandon(void)
{
    log_line("no room to record into: nothing is recorded (see ulimit -v, and df for the states)",
             NULL);
    unlink(path);
    path[0] = '\0';
    state_map.header = NULL;
    state_file_unmap();
}

void state_file_unlink(void)
{
    if (path[0])
        unlink(path);
}

const char *state_file_path(void)
{
    return path;
}

uint64_t state_file_room(void)
{
    return creation.room_bytes;
}

void state_file_advise(int advice)
{
    if (mapping && mapping != MAP_FAILED)
        madvise(mapping, mapping_bytes, advice);
}

void state_file_detach(void)
{
    struct state_header head;
    if (!mapping || mapping == MAP_FAILED)
        return;
    memcpy(&head, mapping, sizeof head); /* sizes and offsets are still needed */
    if (mmap(mapping, mapping_bytes, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == mapping)
        memcpy(mapping, &head, sizeof head);
}

void state_file_unmap(void)
{
    if (mapping && mapping != MAP_FAILED)
        munmap(mapping, mapping_bytes);
    mapping = NULL;
}
