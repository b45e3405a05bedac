/* SPDX-License-Identifier: Apache-2.0
 *
 * From /proc/self/status: every process may read that file, while a seccomp filter from before
 * the start may kill for capget or prctl.  Nor does fakeroot change what the kernel says there,
 * as it changes libc's answers.
 */
#include "preload/process/identity.h"
#include "preload/base/sys.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#define STATUS_BYTES 4096
#define LINES_BYTES  512 /* of ids and capabilities */

struct identity {
    char lines[LINES_BYTES]; /* empty: the file could not be read */
    char name[IDENTITY_NAME_BYTES];
    bool is_filtered, is_traced;
    uint64_t root_device, root_inode;
};

static struct identity at_start, now; /* not on the stack, which may be small */

static void add_line(struct identity *identity, const char *line, size_t bytes)
{
    size_t used = strlen(identity->lines);
    if (bytes < sizeof identity->lines - used)
        memcpy(identity->lines + used, line, bytes);
}

static void read_line(struct identity *identity, const char *line, size_t bytes)
{
    static const char *const kept[] = {"Uid:", "Gid:", "Cap"};
    for (unsigned i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strncmp(line, kept[i], strlen(kept[i])) == 0)
            add_line(identity, line, bytes);
    if (strncmp(line, "Name:\t", 6) == 0)
        memcpy(identity->name, line + 6,
               bytes - 7 < sizeof identity->name ? bytes - 7 : sizeof identity->name - 1);
    if (strncmp(line, "TracerPid:\t", 11) == 0)
        identity->is_traced = line[11] != '0';
    if (strncmp(line, "Seccomp:\t", 9) == 0)
        identity->is_filtered = line[9] != '0';
}

static void look(struct identity *identity)
{
    static char status[STATUS_BYTES];
    struct stat root;
    memset(identity, 0, sizeof *identity);
    long fd = SYS(openat, AT_FDCWD, "/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        long length = SYS(read, fd, status, sizeof status - 1);
        SYS(close, fd);
        status[length > 0 ? length : 0] = '\0';
        for (const char *line = status, *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
            read_line(identity, line, (size_t)(end + 1 - line));
    }
    if (SYS(newfstatat, AT_FDCWD, "/", &root, 0) == 0) {
        identity->root_device = root.st_dev;
        identity->root_inode = root.st_ino;
    }
}

void identity_note(void)
{
    look(&at_start);
}

bool identity_was_filtered(void)
{
    return at_start.is_filtered;
}

const char *identity_name(void)
{
    return now.name;
}

const char *identity_obstacle(void)
{
    look(&now);
    if (!now.lines[0] || !at_start.lines[0])
        return "/proc does not say who the process is";
    if (strcmp(now.lines, at_start.lines) != 0 || now.root_device != at_start.root_device ||
        now.root_inode != at_start.root_inode)
        return "the process changed its user, its capabilities or its root directory";
    return now.is_traced ? "a debugger or tracer is attached" : NULL;
}
