/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/modules.h"
#include "preload/arena.h"
#include "preload/base/stat.h"
#include "preload/base/sys.h"
#include "preload/base/text.h"
#include "preload/process/config.h"
#include "preload/process/module_extent.h"
#include "preload/process/module_file.h"
#include "preload/process/process.h"
#include "preload/process/sandbox.h"
#include "preload/process/state_map.h"
#include "preload/process/symbols.h"
#include "preload/state.h"
#include "preload/unwind/unwind.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

/* A build id shorter than this is somebody's number, which two builds may share. */

_Atomic uint32_t modules_unload_epoch_now;

static struct module_extent own, libc;

/* What the writer knows of module i beside its state record. */
struct module_note {
    _Atomic uint32_t unload_epoch; /* in which it was last seen, + 1 */
    /* The loader's, of the object that it was then. */
    _Atomic(const struct link_map *) link_map;
    _Atomic(const void *) eh_frame_hdr;
};
struct PROCESS_WIDE_TYPE modules {
    struct module_note notes[STATE_MODULES_MAX];
};
static PROCESS_WIDE(struct modules, modules);

void modules_init(void)
{
    module_extents_init();
    module_extent_find((uintptr_t)modules_init, &own);
    module_extent_find((uintptr_t)symbols_next("exit", SYMBOLS_LIBC, NULL), &libc);
}

bool modules_own(uintptr_t pc)
{
    return pc - own.start < own.end - own.start;
}

bool modules_in_libc(uintptr_t pc)
{
    return pc - libc.start < libc.end - libc.start;
}

void modules_invalidate(void)
{
    atomic_fetch_add_explicit(&modules_unload_epoch_now, 1, memory_order_acq_rel);
    unwind_cfi_flush();
    if (process_recording())
        atomic_fetch_add_explicit(&state_map.header->unload_epoch, 1, memory_order_relaxed);
}

static void read_build_id(struct state_module *m, const char *note, size_t bytes)
{
    while (bytes >= sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *head = (const ElfW(Nhdr) *)note;
        size_t name = (head->n_namesz + 3u) & ~(size_t)3, desc = (head->n_descsz + 3u) & ~(size_t)3;
        /* The last note may end without padding: linkers write build ids of any length so. */
        if (name > bytes || head->n_descsz > bytes || sizeof *head + name + head->n_descsz > bytes)
            return;
        if (head->n_type == NT_GNU_BUILD_ID && head->n_namesz == 4 &&
            memcmp(note + sizeof *head, "GNU", 4) == 0 && head->n_descsz <= STATE_BUILD_ID_MAX) {
            m->build_id_length = head->n_descsz;
            memcpy(m->build_id, note + sizeof *head + name, head->n_descsz);
            return;
        }
        if (sizeof *head + name + desc > bytes)
            return;
        note += sizeof *head + name + desc;
        bytes -= sizeof *head + name + desc;
    }
}

static void read_segments(struct state_module *m, const struct module_extent *extent)
{
    for (size_t i = 0; i < extent->header_count; i++) {
        const ElfW(Phdr) *header = &extent->headers[i];
        uintptr_t at = m->bias + header->p_vaddr;
        if (header->p_type == PT_LOAD && header->p_flags & PF_X &&
            m->segment_count < STATE_SEGMENTS_MAX)
            m->segments[m->segment_count++] =
                (struct state_segment){header->p_vaddr, header->p_memsz, header->p_offset};
        else if (header->p_type == PT_NOTE && !m->build_id_length && at + header->p_filesz >= at &&
                 at + header->p_filesz <= module_extent_readable_to(extent, at))
            read_build_id(m, (const char *)at, header->p_filesz);
    }
}

/* Looks at the file as this process sees it.  A child that shares our memory may have another
 * root by now: it looks through its parent's. */
static bool look_at(const char *path, struct stat *st)
{
    char *through; /* not on the stack, of which a piece may be small */
    if (sandboxed())
        return false;
    if (!process_ours()) {
        uint32_t pid = atomic_load_explicit(&process.pid, memory_order_relaxed);
        through = arena_alloc(CONFIG_PATH_MAX, 8);
        if (!through || pid != (uint32_t)SYS(getppid)) /* 0 in another pid namespace */
            return false;
        struct text text = {through, CONFIG_PATH_MAX, 0};
        text_add(&text, "/proc/");
        text_add_number(&text, pid, 10, 1);
        text_add(&text, "/root");
        text_add(&text, path);
        path = through;
    }
    return stat_path(path, st);
}

static void read_file(struct state_module *m, const struct link_map *map)
{
    const char *path = map->l_name;
    char *joined;
    struct stat st;
    if (!path || !path[0]) {
        path = config.exe;
        m->is_executable = 1;
    } else if (path[0] != '/' && strchr(path, '/') && config.cwd[0] &&
               (joined = arena_alloc(CONFIG_PATH_MAX, 8)) != NULL) {
        struct text text = {joined, CONFIG_PATH_MAX, 0};
        text_add(&text, config.cwd);
        text_add(&text, "/");
        text_add(&text, path);
        path = joined;
    }
    m->path = state_map_string(path, strlen(path));
    int saved = errno;
    /* Where no build id tells, another file may have the name by now: then it has no identity. */
    if (look_at(path, &st) &&
        (m->build_id_length >= STATE_BUILD_ID_SURE || module_file_is_mapped(m->map_start, &st))) {
        m->device = st.st_dev;
        m->inode = st.st_ino;
        m->file_bytes = (uint64_t)st.st_size;
        m->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    }
    errno = saved;
}

static struct state_module *record_of(uint32_t index)
{
    return state_map_record(STATE_TABLE_MODULES, index, sizeof(struct state_module));
}

static void note_seen(uint32_t index, const struct module_extent *located)
{
    struct module_note *note = &modules.notes[index];
    atomic_store_explicit(&note->link_map, located->link_map, memory_order_relaxed);
    atomic_store_explicit(&note->eh_frame_hdr, located->eh_frame_hdr, memory_order_relaxed);
    /* Pairs with is_seen(): the two above are of this epoch or a later one. */
    atomic_store_explicit(&note->unload_epoch, modules_unload_epoch() + 1, memory_order_release);
}

/* Was this object looked at in this unload_epoch, and found to be the module? */
static bool is_seen(const struct module_note *note, const struct module_extent *located,
                    uint32_t unload_epoch)
{
    return atomic_load_explicit(&note->unload_epoch, memory_order_acquire) == unload_epoch &&
           atomic_load_explicit(&note->link_map, memory_order_relaxed) == located->link_map &&
           atomic_load_explicit(&note->eh_frame_hdr, memory_order_relaxed) == located->eh_frame_hdr;
}

static uint32_t create(const struct module_extent *extent)
{
    _Atomic uint32_t *used = &state_map.header->modules_used;
    uint32_t index = atomic_load_explicit(used, memory_order_relaxed);
    do {
        if (index >= STATE_MODULES_MAX) {
            state_map_lost(STATE_LOST_MODULE);
            return 0;
        }
    } while (!atomic_compare_exchange_weak_explicit(used, &index, index + 1, memory_order_relaxed,
                                                    memory_order_relaxed));
    struct state_module *m = record_of(index);
    if (!m) {
        state_map_lost(STATE_LOST_MODULE);
        return 0;
    }
    m->bias = extent->bias;
    m->map_start = extent->start;
    m->unload_epoch = modules_unload_epoch();
    read_segments(m, extent);
    read_file(m, extent->link_map);
    /* Pairs with the acquire of readers and of the other threads: it is whole. */
    atomic_store_explicit(&m->map_end, extent->end, memory_order_release);
    note_seen(index, extent);
    return index;
}

/* Is what is mapped there now the same as what was recorded as m? */
static bool still_same(const struct state_module *m, const struct module_extent *extent)
{
    struct state_module now = {.bias = extent->bias};
    if (m->map_start != extent->start || m->bias != now.bias ||
        atomic_load_explicit(&m->map_end, memory_order_relaxed) != extent->end)
        return false;
    read_segments(&now, extent);
    if (now.build_id_length != m->build_id_length || now.segment_count != m->segment_count ||
        memcmp(now.segments, m->segments, sizeof now.segments) != 0)
        return false;
    if (now.build_id_length)
        return memcmp(now.build_id, m->build_id, now.build_id_length) == 0;
    const struct state_string *path =
        (const struct state_string *)((const char *)state_map.header + m->path);
    const char *name = extent->link_map->l_name;
    return m->is_executable || (m->path && name && strcmp(path->bytes, name) == 0);
}

/* Looks at the object itself, which takes ten times as long. */
static uint32_t find_slow(uintptr_t pc, struct module_extent *extent, uint32_t used)
{
    module_extent_widen(pc, extent);
    for (uint32_t i = used; i-- > 1;) {
        struct state_module *m = record_of(i);
        if (m && atomic_load_explicit(&m->map_end, memory_order_acquire) == extent->end &&
            m->map_start == extent->start && still_same(m, extent)) {
            note_seen(i, extent);
            return i;
        }
    }
    return create(extent);
}

uint32_t modules_find(uintptr_t pc)
{
    struct module_extent extent;
    if (!module_extent_locate(pc, &extent))
        return 0;
    uint32_t unload_epoch = modules_unload_epoch() + 1;
    uint32_t used = atomic_load_explicit(&state_map.header->modules_used, memory_order_relaxed);
    used = used < STATE_MODULES_MAX ? used : STATE_MODULES_MAX;
    for (uint32_t i = used; i-- > 1;)
        if (is_seen(&modules.notes[i], &extent, unload_epoch))
            return i;
    return find_slow(pc, &extent, used);
}

void modules_begin(void)
{
    modules_find(getauxval(AT_ENTRY));
}

bool modules_current(uint32_t module, uintptr_t pc)
{
    if (module == 0 || module >= STATE_MODULES_MAX)
        return true;
    return atomic_load_explicit(&modules.notes[module].unload_epoch, memory_order_relaxed) ==
               modules_unload_epoch() + 1 ||
           modules_find(pc) == module;
}
