/* SPDX-License-Identifier: Apache-2.0
 *
 * Places of debug files: DIR/.build-id/XX/YYYY.debug; beside the file, in .debug/
 * below it, and at its own path below DIR.  DIR is /usr/lib/debug, or each of
 * MEMPROF_DEBUG_DIR (separated by colons).
 *
 * A process with another root directory has its files looked for there first: our
 * paths are not its.  Ours come second and only where a build id or a checksum will
 * tell.
 */
#include "collector/symbols/files.h"
#include "collector/base/age.h"
#include "collector/base/clock.h"
#include "collector/symbols/debuginfod.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define DIRECTORY         "/usr/lib/debug"
#define DIRECTORIES_MAX   16u
#define BUILD_ID_MAX      64u
#define HOLES_MAX         (UINT64_C(64) << 20)
#define EXTRA_MS_PER_PART 1000 /* for each SYMBOL_FILES_LARGE_BYTES */
#define EXTRA_MS_MAX      600000

__attribute__((format(printf, 1, 2))) static char *format_path(const char *format, ...)
{
    char *path;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&path, format, arguments);
    va_end(arguments);
    return length < 0 ? NULL : path;
}

/* --- opening --- */

/* Reading the holes of a tmpfs file that is mapped would fill it. */
static bool would_grow(const struct stat *status, const struct statfs *system)
{
    uint64_t stored = (uint64_t)status->st_blocks * 512, bytes = (uint64_t)status->st_size;
    return system->f_type == TMPFS_MAGIC && bytes > stored && bytes - stored > HOLES_MAX;
}

/* Hands out ELF files only.  A FUSE server may block the reader for ever, so the reading is
 * left to the worker, which has a deadline. */
static bool is_wanted(int fd, const struct stat *status)
{
    char magic[4];
    struct statfs system;
    if (status->st_size < (off_t)sizeof(magic) || fstatfs(fd, &system) != 0 ||
        would_grow(status, &system))
        return false;
    return system.f_type == FUSE_SUPER_MAGIC ||
           (pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
            memcmp(magic, "\177ELF", sizeof(magic)) == 0);
}

static void fill_answer(struct symbol_answer *answer, const struct stat *status)
{
    uint64_t parts = (uint64_t)status->st_size / SYMBOL_FILES_LARGE_BYTES;
    *answer = (struct symbol_answer){
        .kind = SYMBOL_ANSWER_FILE,
        .extra_ms = (uint32_t)(parts * EXTRA_MS_PER_PART < EXTRA_MS_MAX ? parts * EXTRA_MS_PER_PART
                                                                        : EXTRA_MS_MAX),
        .device = status->st_dev,
        .inode = status->st_ino,
        .bytes = (uint64_t)status->st_size,
        .mtime_ns = age_written_ns(status),
    };
}

/* Notes where a file was found: a module by its name, since that is what debug
 * directories repeat; a debug file with the links on the way to it followed. */
static void note_place(const struct symbol_files *files, struct symbol_place *place, int fd,
                       const char *name, bool is_in_root)
{
    char link[64], path[4096], root[4096];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof(path) - 1);
    free(place->path);
    *place = (struct symbol_place){strdup(name), is_in_root};
    if (place == &files->module || length <= 0 || path[0] != '/')
        return;
    path[length] = '\0';
    size_t skipped = 0;
    if (is_in_root) {
        snprintf(link, sizeof(link), "/proc/self/fd/%d", files->root.fd);
        ssize_t prefix = readlink(link, root, sizeof(root));
        if (prefix > 1 && prefix < length && memcmp(path, root, (size_t)prefix) == 0 &&
            path[prefix] == '/')
            skipped = (size_t)prefix;
    }
    free(place->path);
    place->path = strdup(path + skipped);
}

/* Opens `path`, which is freed. */
static int open_path(struct symbol_files *files, char *path, bool is_in_root,
                     struct symbol_place *place, struct symbol_answer *answer)
{
    struct stat status;
    int fd = -1;
    if (path && path[0] == '/')
        fd = is_in_root ? open_regular_in_root(&files->root, path, 0, &status)
                        : open_regular(path, 0, &status);
    if (fd >= 0 && !is_wanted(fd, &status)) {
        close(fd);
        fd = -1;
    }
    if (fd >= 0) {
        fill_answer(answer, &status);
        if (place)
            note_place(files, place, fd, path, is_in_root);
    }
    free(path);
    return fd;
}

/* --- candidates --- */

/* The n-th of our directories of debug files; the caller frees it.  NULL: no more. */
static char *debug_directory(uint32_t n)
{
    const char *list = getenv("MEMPROF_DEBUG_DIR");
    if (!list || !*list)
        list = DIRECTORY;
    for (const char *at = list; n < DIRECTORIES_MAX;) {
        at += strspn(at, ":");
        size_t length = strcspn(at, ":");
        if (length == 0)
            return NULL;
        if (n-- == 0)
            return strndup(at, length);
        at += length;
    }
    return NULL;
}

static int no_more(struct symbol_answer *answer)
{
    answer->kind = SYMBOL_ANSWER_NO_MORE;
    return -1;
}

/* The number in /proc/self/fd/N, as the process that loaded a module called it; -1: it is another
 * name. */
static int descriptor_of(const char *path)
{
    int process, number, end = 0;
    if ((sscanf(path, "/proc/self/fd/%d%n", &number, &end) == 1 ||
         sscanf(path, "/proc/thread-self/fd/%d%n", &number, &end) == 1 ||
         sscanf(path, "/proc/%d/fd/%d%n", &process, &number, &end) == 2) &&
        end > 0 && path[end] == '\0' && number >= 0)
        return number;
    return -1;
}

/* A file that exists in memory alone, by a descriptor that the process still has.  Nothing else
 * is taken from there: it could be a file that the process may not read. */
static int open_descriptor(const struct symbol_files *files, int number,
                           struct symbol_answer *answer)
{
    char path[64], target[16] = "";
    struct stat status;
    snprintf(path, sizeof(path), "/proc/%d/fd/%d", files->search->root_pid, number);
    int fd = open_regular(path, 0, &status);
    if (fd < 0)
        return -1;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (readlink(path, target, sizeof(target) - 1) <= 0 || strncmp(target, "/memfd:", 7) != 0 ||
        status.st_nlink != 0 || !is_wanted(fd, &status)) {
        close(fd);
        return -1;
    }
    fill_answer(answer, &status);
    return fd;
}

static int open_module(struct symbol_files *files, const struct symbol_request *request,
                       struct symbol_answer *answer)
{
    const struct module *module = &files->modules[request->module];
    bool in_root = files->root.is_foreign && request->candidate == 0;
    uint32_t candidates = files->root.is_foreign && module->build_id_length > 0 ? 2 : 1;
    if (request->candidate >= candidates || module->path[0] != '/')
        return no_more(answer);
    int number = descriptor_of(module->path);
    if (number >= 0 && files->search->root_pid > 0)
        return open_descriptor(files, number, answer);
    return open_path(files, strdup(module->path), in_root, &files->module, answer);
}

/* Candidates take turns: each directory in the root of the process, then ours. */
static bool pick_directory(const struct symbol_files *files, uint32_t candidate, char **directory,
                           bool *in_root)
{
    uint32_t roots = files->root.is_foreign ? 2 : 1;
    *in_root = files->root.is_foreign && candidate % roots == 0;
    *directory = debug_directory(candidate / roots);
    return *directory != NULL;
}

static int open_by_id(struct symbol_files *files, const struct symbol_request *request,
                      struct symbol_answer *answer)
{
    char hex[2 * BUILD_ID_MAX + 1], *directory;
    bool in_root;
    if (request->length == 0 || request->length > BUILD_ID_MAX ||
        !pick_directory(files, request->candidate, &directory, &in_root))
        return no_more(answer);
    for (uint32_t i = 0; i < request->length; i++)
        snprintf(hex + 2 * (size_t)i, 3, "%02x", (unsigned char)request->bytes[i]);
    char *path = format_path("%s/.build-id/%.2s/%s.debug", directory, hex, hex + 2);
    free(directory);
    return open_path(files, path, in_root, &files->debug, answer);
}

static int open_by_link(struct symbol_files *files, const struct symbol_request *request,
                        struct symbol_answer *answer)
{
    const char *link = request->bytes, *beside = files->module.path;
    const char *slash = beside ? strrchr(beside, '/') : NULL;
    if (!*link || strchr(link, '/') || !slash)
        return no_more(answer);
    int length = (int)(slash - beside);
    bool in_root = files->module.is_in_root;
    char *path, *directory;
    if (request->candidate < 2) {
        path = format_path("%.*s/%s%s", length, beside, request->candidate ? ".debug/" : "", link);
    } else {
        if (!pick_directory(files, request->candidate - 2, &directory, &in_root))
            return no_more(answer);
        path = format_path("%s%.*s/%s", directory, length, beside, link);
        free(directory);
    }
    return open_path(files, path, in_root, &files->debug, answer);
}

static int open_alternate(struct symbol_files *files, const struct symbol_request *request,
                          struct symbol_answer *answer)
{
    const struct symbol_place *place =
        request->file == SYMBOL_FILE_ALTERNATE ? &files->module : &files->debug;
    const char *slash = place->path ? strrchr(place->path, '/') : NULL;
    const char *base = strrchr(request->bytes, '/');
    char *directory;
    bool in_root;
    if (request->candidate > 0) { /* by its name alone, where each directory keeps them */
        if (!pick_directory(files, request->candidate - 1, &directory, &in_root))
            return no_more(answer);
        char *kept = format_path("%s/.dwz/%s", directory, base ? base + 1 : request->bytes);
        free(directory);
        return open_path(files, kept, in_root, NULL, answer);
    }
    if (!slash)
        return -1;
    bool is_absolute = request->bytes[0] == '/';
    char *path = format_path("%.*s%s", is_absolute ? 0 : (int)(slash - place->path + 1),
                             place->path, request->bytes);
    return open_path(files, path, place->is_in_root, NULL, answer);
}

static int open_split(struct symbol_files *files, const struct symbol_request *request,
                      struct symbol_answer *answer)
{
    size_t suffix = strlen(".dwo");
    if (request->candidate > 0 || request->length <= suffix ||
        strcmp(request->bytes + request->length - suffix, ".dwo") != 0)
        return no_more(answer);
    return open_path(files, strdup(request->bytes), files->root.is_foreign, NULL, answer);
}

static int open_from_server(struct symbol_files *files, const struct symbol_request *request,
                            struct symbol_answer *answer)
{
    if (request->candidate > 0 || !files->search->use_debuginfod || request->length < 2 ||
        request->length > BUILD_ID_MAX)
        return no_more(answer);
    int64_t before_ms = clock_now_ms();
    char *path = debuginfod_fetch((const uint8_t *)request->bytes, request->length,
                                  files->search->debuginfod_timeout_s);
    int64_t waited_ms = clock_now_ms() - before_ms;
    int fd = open_path(files, path, false, &files->debug, answer);
    answer->extra_ms += (uint32_t)waited_ms;
    return fd;
}

int symbol_files_open(struct symbol_files *files, const struct symbol_request *request,
                      struct symbol_answer *answer)
{
    *answer = (struct symbol_answer){.kind = SYMBOL_ANSWER_MISSING};
    switch (request->file) {
    case SYMBOL_FILE_MODULE:
        return request->module < files->module_count ? open_module(files, request, answer)
                                                     : no_more(answer);
    case SYMBOL_FILE_BUILD_ID:
        return open_by_id(files, request, answer);
    case SYMBOL_FILE_LINK:
        return open_by_link(files, request, answer);
    case SYMBOL_FILE_SERVER:
        return open_from_server(files, request, answer);
    case SYMBOL_FILE_ALTERNATE:
    case SYMBOL_FILE_ALTERNATE_DEBUG:
        return open_alternate(files, request, answer);
    case SYMBOL_FILE_SPLIT:
        return open_split(files, request, answer);
    }
    return no_more(answer);
}

void symbol_files_init(struct symbol_files *files, const struct module *modules,
                       uint32_t module_count, const struct debug_search *search)
{
    *files =
        (struct symbol_files){.modules = modules, .module_count = module_count, .search = search};
    process_root_open(&files->root, search->root_pid);
}

void symbol_files_deinit(struct symbol_files *files)
{
    process_root_close(&files->root);
    free(files->module.path);
    free(files->debug.path);
}
