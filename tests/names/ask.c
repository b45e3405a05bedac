/* SPDX-License-Identifier: Apache-2.0
 *
 * ask FILE: what a profile would call the code at addresses of an ELF file, which are read
 * from stdin, one a line, as the file has them.  Prints for each address a line with it, a line for
 * each frame, the innermost first (symbol, name, file and line, with tabs between them), and an
 * empty line.  It goes the collector's whole way: the child process, debug files, and, where
 * MEMPROF_CACHE names a directory, the cache.
 */
#include "collector/base/clock.h"
#include "collector/mappings.h"
#include "collector/symbolize.h"
#include "collector/symbols/calls.h"
#include "collector/symbols/pipe.h"

#include <elfutils/libdwelf.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 600000

/* The file as it is mapped where nothing is moved: addresses are its own. */
static struct module module_of(char *path)
{
    struct module module = {.path = path, .map_end = UINT64_MAX / 2, .segment_count = 1};
    module.segments[0].bytes = UINT64_MAX / 2;
    struct stat status;
    const void *build_id;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0)
        err(2, "%s", path);
    module.device = status.st_dev;
    module.inode = status.st_ino;
    module.file_bytes = (uint64_t)status.st_size;
    module.mtime_ns = status.st_mtim.tv_sec * INT64_C(1000000000) + status.st_mtim.tv_nsec;
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    ssize_t length = dwelf_elf_gnu_build_id(elf, &build_id);
    if (length > 0 && length <= MODULE_BUILD_ID_MAX) {
        memcpy(module.build_id, build_id, (size_t)length);
        module.build_id_length = (uint32_t)length;
    }
    elf_end(elf);
    close(fd);
    return module;
}

static void read_addresses(struct profile *profile)
{
    unsigned long long address;
    while (scanf("%llx", &address) == 1) {
        struct profile_location location = {.address = address, .mapping = 1};
        if (profile_add_location(profile, &location) == UINT32_MAX)
            errx(2, "out of memory");
    }
}

static void print_location(const struct profile *profile, const struct profile_location *location)
{
    printf("%#llx\n", (unsigned long long)location->address);
    for (uint32_t i = 0; i < location->line_count; i++) {
        const struct profile_line *line = &profile->lines.items[location->line_first + i];
        const struct profile_function *function = &profile->functions.items[line->function];
        printf("%s\t%s\t%s\t%lld\n", profile_string(profile, function->system_name),
               profile_string(profile, function->name), profile_string(profile, function->file),
               (long long)line->line);
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    if (argc != 2)
        errx(2, "usage: ask FILE <addresses");
    char *path = realpath(argv[1], NULL);
    if (!path)
        err(2, "%s", argv[1]);
    struct module modules[2] = {{.path = (char *)""}, module_of(path)};
    struct mappings mappings;
    struct symbolize_report report = {0};
    struct symbol_calls calls = {0};
    struct symbolize_options options = {.owner_uid = geteuid(), .owner_gid = getegid()};
    options.deadline_ms = clock_now_ms() + PATIENCE_MS;
    options.report = &report;
    struct profile *profile = profile_create();
    if (!profile || !mappings_init(&mappings) || !mappings_update(&mappings, profile, modules, 2))
        errx(2, "out of memory");
    read_addresses(profile);
    if (!symbolize(profile, &mappings, &options, &calls))
        errx(2, "out of memory");
    if (report.given_up || report.is_late)
        warnx("%s: not all could be read", path);
    for (uint32_t i = 1; i < profile->locations.count; i++)
        print_location(profile, &profile->locations.items[i]);
    symbol_calls_deinit(&calls);
    mappings_deinit(&mappings);
    profile_destroy(profile);
    free(report.given_up);
    free(report.packed);
    free(path);
    return 0;
}
