/* SPDX-License-Identifier: Apache-2.0
 *
 * The file is mapped here and parsed in a child, which writes what it found into a pipe: what it
 * says is bounded, as if an enemy had written it.
 */
#include "collector/symbols/objects.h"

#include "collector/base/whole.h"
#include "collector/symbols/confine.h"
#include "collector/symbols/demangle.h"
#include "collector/symbols/files.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUILD_ID_MAX 64
#define HEAP_BYTES   (UINT64_C(256) << 20)
#define CPU_S        20

/* What the child writes first; the objects follow. */
struct answer {
    uint32_t count, is_whole, build_id_length, reserved;
    uint8_t build_id[BUILD_ID_MAX];
};

struct found {
    struct answer answer;
    struct object_symbol items[OBJECTS_MAX];
};

/* --- in the child --- */

/* Keeps the largest, sorted; of two names for one object the first. */
static void keep(struct found *found, const struct object_symbol *object)
{
    struct object_symbol *items = found->items;
    uint32_t at = found->answer.count;
    if (at == OBJECTS_MAX && items[at - 1].bytes >= object->bytes)
        return;
    for (uint32_t i = 0; i < found->answer.count; i++)
        if (items[i].address == object->address && items[i].bytes == object->bytes)
            return;
    while (at > 0 && items[at - 1].bytes < object->bytes)
        at--;
    if (found->answer.count < OBJECTS_MAX)
        found->answer.count++;
    memmove(&items[at + 1], &items[at], (found->answer.count - 1 - at) * sizeof(*items));
    items[at] = *object;
}

/* Whether the symbol is a variable in memory that the module may write, and whether its section has
 * no bytes in the file. */
static bool is_variable(Elf *elf, const GElf_Sym *symbol, uint32_t *is_bss)
{
    GElf_Shdr header;
    Elf_Scn *section = symbol->st_shndx < SHN_LORESERVE ? elf_getscn(elf, symbol->st_shndx) : NULL;
    if (GELF_ST_TYPE(symbol->st_info) != STT_OBJECT || symbol->st_size == 0 || !section ||
        !gelf_getshdr(section, &header) || (header.sh_flags & SHF_TLS) ||
        (header.sh_flags & (SHF_WRITE | SHF_ALLOC)) != (SHF_WRITE | SHF_ALLOC))
        return false;
    *is_bss = header.sh_type == SHT_NOBITS;
    return true;
}

static void read_table(Elf *elf, Elf_Scn *section, const GElf_Shdr *header, struct found *found)
{
    Elf_Data *data = elf_getdata(section, NULL);
    size_t count = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
    for (size_t i = 0; i < count && i < INT32_MAX; i++) {
        GElf_Sym symbol;
        struct object_symbol object = {0};
        if (!gelf_getsym(data, (int)i, &symbol) || !is_variable(elf, &symbol, &object.is_bss))
            continue;
        const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);
        object.address = symbol.st_value;
        object.bytes = symbol.st_size;
        snprintf(object.name, sizeof(object.name), "%s", name ? name : "");
        keep(found, &object);
    }
}

static void demangle_all(struct found *found)
{
    demangle_prepare();
    for (uint32_t i = 0; i < found->answer.count; i++) {
        char *name = found->items[i].name, *full = demangle_may(name) ? demangle(name) : NULL;
        if (full)
            snprintf(name, sizeof(found->items[i].name), "%s", full);
        free(full);
    }
}

static void read_objects(struct found *found, void *base, size_t bytes)
{
    const void *build_id;
    elf_version(EV_CURRENT);
    Elf *elf = elf_memory(base, bytes);
    if (!elf || elf_kind(elf) != ELF_K_ELF)
        return;
    ssize_t length = dwelf_elf_gnu_build_id(elf, &build_id);
    if (length > 0 && length <= BUILD_ID_MAX) {
        memcpy(found->answer.build_id, build_id, (size_t)length);
        found->answer.build_id_length = (uint32_t)length;
    }
    GElf_Shdr header;
    for (int pass = 0; pass < 2 && !found->answer.is_whole; pass++)
        for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section)) != NULL;)
            if (gelf_getshdr(section, &header) &&
                header.sh_type == (pass ? SHT_DYNSYM : SHT_SYMTAB)) {
                found->answer.is_whole = pass == 0;
                read_table(elf, section, &header, found);
            }
    demangle_all(found);
}

static _Noreturn void child_main(int out, void *base, size_t bytes, uid_t uid, gid_t gid)
{
    static struct found found; /* the child's copy */
    const struct confine_options options = {
        .uid = uid, .gid = gid, .data_bytes = HEAP_BYTES, .cpu_s = CPU_S};
    confine(&options, out);
    read_objects(&found, base, bytes);
    bool done = whole_write(out, &found.answer, sizeof(found.answer)) &&
                whole_write(out, found.items, found.answer.count * sizeof(*found.items));
    _exit(done ? 0 : 1);
}

/* --- here --- */

/* False: the child said nothing that makes sense. */
static bool take_answer(int fd, struct objects *objects, struct answer *answer)
{
    if (whole_read(fd, answer, sizeof(*answer)) != sizeof(*answer) || answer->count > OBJECTS_MAX ||
        answer->build_id_length > BUILD_ID_MAX)
        return false;
    objects->items = calloc(answer->count + 1, sizeof(*objects->items));
    if (!objects->items)
        return false;
    size_t got = whole_read(fd, objects->items, answer->count * sizeof(*objects->items));
    objects->count = (uint32_t)(got / sizeof(*objects->items));
    for (uint32_t i = 0; i < objects->count; i++)
        objects->items[i].name[OBJECT_NAME_MAX - 1] = '\0';
    objects->is_whole = answer->is_whole != 0;
    return true;
}

static bool ask_child(struct objects *objects, struct answer *answer, void *base, size_t bytes,
                      uid_t uid, gid_t gid)
{
    int ends[2], status;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0)
        child_main(ends[1], base, bytes, uid, gid);
    close(ends[1]);
    bool is_answered = pid > 0 && take_answer(ends[0], objects, answer);
    close(ends[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return is_answered;
}

/* Takes the descriptor. */
static bool read_file(struct objects *objects, struct answer *answer, int fd, uid_t uid, gid_t gid)
{
    struct stat status;
    void *base = MAP_FAILED;
    *objects = (struct objects){.count = 0};
    if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size > 0)
        base = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (fd >= 0)
        close(fd);
    if (base == MAP_FAILED)
        return false;
    bool is_read = ask_child(objects, answer, base, (size_t)status.st_size, uid, gid);
    munmap(base, (size_t)status.st_size);
    return is_read;
}

/* The first of the places where debug files of a build id are. */
static int open_debug_file(const struct answer *answer, int pid)
{
    const struct debug_search search = {.root_pid = pid};
    struct symbol_request request = {.file = SYMBOL_FILE_BUILD_ID,
                                     .bytes = (const char *)answer->build_id,
                                     .length = answer->build_id_length};
    struct symbol_answer found = {.kind = SYMBOL_ANSWER_MISSING};
    struct symbol_files files;
    int fd = -1;
    symbol_files_init(&files, NULL, 0, &search);
    for (; fd < 0 && found.kind != SYMBOL_ANSWER_NO_MORE; request.candidate++)
        fd = symbol_files_open(&files, &request, &found);
    symbol_files_deinit(&files);
    return fd;
}

void objects_read(struct objects *objects, int fd, int pid, uid_t uid, gid_t gid)
{
    struct answer answer, debug;
    struct objects more;
    bool is_read = read_file(objects, &answer, fd, uid, gid);
    if (!is_read || objects->is_whole || answer.build_id_length < 2)
        return;
    if (read_file(&more, &debug, open_debug_file(&answer, pid), uid, gid) && more.is_whole) {
        objects_deinit(objects);
        *objects = more;
    } else {
        objects_deinit(&more);
    }
}

void objects_deinit(struct objects *objects)
{
    free(objects->items);
    *objects = (struct objects){.count = 0};
}
