/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads ELF headers with libelf: architecture, interpreter, dynamic symbols;
 * and the file's mode and capabilities, for which the loader ignores LD_PRELOAD.
 */
#include "tools/executable.h"
#include "arch_machine.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "collector/base/open_regular.h"

struct executable {
    int fd;
    Elf *elf;
};

static bool executable_open(struct executable *executable, const char *path)
{
    *executable = (struct executable){.fd = open_regular(path, 0, NULL)};
    if (executable->fd < 0 || elf_version(EV_CURRENT) == EV_NONE)
        return false;
    executable->elf = elf_begin(executable->fd, ELF_C_READ, NULL);
    return executable->elf && elf_kind(executable->elf) == ELF_K_ELF;
}

static void executable_close(struct executable *executable)
{
    elf_end(executable->elf);
    if (executable->fd >= 0)
        close(executable->fd);
}

static bool find_segment(Elf *elf, uint32_t type, GElf_Phdr *segment)
{
    size_t count = 0;
    if (elf_getphdrnum(elf, &count) != 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (gelf_getphdr(elf, (int)i, segment) && segment->p_type == type)
            return true;
    return false;
}

/* The dynamic loader that the file names; the caller frees it.  NULL: none. */
static char *read_interpreter(Elf *elf)
{
    GElf_Phdr segment;
    size_t size = 0;
    char *file = elf_rawfile(elf, &size);
    if (!file || !find_segment(elf, PT_INTERP, &segment) || segment.p_offset >= size ||
        segment.p_filesz > size - segment.p_offset)
        return NULL;
    return strndup(file + segment.p_offset, segment.p_filesz);
}

/* Is this the dynamic loader, which may be run with a program as its argument? */
static bool is_our_loader(const char *path)
{
    struct executable self;
    struct stat ours, theirs;
    char *loader = executable_open(&self, "/proc/self/exe") ? read_interpreter(self.elf) : NULL;
    bool same = loader && stat(loader, &ours) == 0 && stat(path, &theirs) == 0 &&
                ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
    free(loader);
    executable_close(&self);
    return same;
}

static struct error *check_machine(Elf *elf, const char *path)
{
    GElf_Ehdr header;
    if (!gelf_getehdr(elf, &header))
        return error_create("%s: not a valid ELF file; try to build it again", path);
    if (header.e_ident[EI_CLASS] == ELFCLASS32)
        return error_create("%s: a 32-bit program, and libmemprof.so is 64-bit; try its 64-bit "
                            "build",
                            path);
    if (header.e_machine != ARCH_ELF_MACHINE)
        return error_create("%s: built for another architecture (ELF machine %u); "
                            "try a build for this one",
                            path, header.e_machine);
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
        return error_create("%s: an ELF file, but no program; try the linked executable", path);
    return NULL;
}

static struct error *check_loader(Elf *elf, const char *path)
{
    char *loader = read_interpreter(elf);
    struct error *error = NULL;
    if (!loader && is_our_loader(path))
        return NULL;
    if (!loader)
        error = error_create("%s: statically linked: nothing can be preloaded into it; "
                             "try a dynamically linked build",
                             path);
    else if (strstr(loader, "ld-musl"))
        error = error_create("%s: linked against musl (%s), and libmemprof.so needs glibc; "
                             "try a glibc build",
                             path, loader);
    else if (access(loader, X_OK) != 0)
        error = error_create_errno(errno, "%s: its loader %s", path, loader);
    free(loader);
    return error;
}

/* Whether the kernel raises privileges for it: then the loader ignores LD_PRELOAD. */
static struct error *check_privileges(const char *path)
{
    struct stat status;
    struct statvfs system;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 || stat(path, &status) != 0 ||
        (statvfs(path, &system) == 0 && (system.f_flag & ST_NOSUID)))
        return NULL;
    static const char advice[] = "the loader preloads nothing into it; try a copy of it";
    bool setgid = (status.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP);
    if ((status.st_mode & S_ISUID) && status.st_uid != getuid())
        return error_create("%s: set-user-ID: %s", path, advice);
    if (setgid && status.st_gid != getgid())
        return error_create("%s: set-group-ID: %s", path, advice);
    if (geteuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0)
        return error_create("%s: has file capabilities: %s", path, advice);
    return NULL;
}

struct error *executable_check(const char *path)
{
    struct executable executable;
    struct error *error = NULL;
    if (executable_open(&executable, path)) {
        error = check_machine(executable.elf, path);
        if (!error)
            error = check_loader(executable.elf, path);
    } else if (executable.fd >= 0) { /* a program that we may run but not read is not checked */
        error = error_create("%s: not a valid ELF file; try to build it again", path);
    }
    executable_close(&executable);
    return error ? error : check_privileges(path);
}
