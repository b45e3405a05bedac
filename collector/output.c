/* SPDX-License-Identifier: Apache-2.0
 *
 * Writers of one name meet under a lock on its directory, held from the look at
 * what is there to the rename.  The lock is waited for only so long: a stranger
 * may hold it.
 */
#include "collector/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NAMES_MAX    10000
#define LOCK_WAIT_MS 1000

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* --- names --- */

/* A file name's part: no directories, no control characters. */
static void add_component(FILE *out, const char *text)
{
    if (!*text || strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
        text = "unknown";
    for (; *text; text++)
        fputc(*text == '/' || (unsigned char)*text < ' ' || *text == 127 ? '_' : *text, out);
}

static void add_time(FILE *out, uint64_t start_ns)
{
    char text[32] = "";
    struct tm local;
    time_t seconds = (time_t)(start_ns / 1000000000);
    if (localtime_r(&seconds, &local))
        strftime(text, sizeof(text), "%Y%m%d-%H%M%S", &local);
    add_component(out, text);
}

char *output_expand(const char *template, const struct state_info *info)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    for (const char *at = template; *at; at++) {
        if (*at != '%' || !at[1]) {
            fputc(*at, out);
            continue;
        }
        switch (*++at) {
        case 'e':
            add_component(out, info->comm);
            break;
        case 'p':
            fprintf(out, "%u", info->pid);
            break;
        case 't':
            add_time(out, info->start_ns);
            break;
        case '%':
            fputc('%', out);
            break;
        default:
            fprintf(out, "%%%c", *at);
            break;
        }
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static bool has_pid(const char *template)
{
    for (const char *at = template; (at = strchr(at, '%')) != NULL && at[1]; at += 2)
        if (at[1] == 'p')
            return true;
    return false;
}

/* The n-th name to try: NAME, NAME.PID, NAME.PID.2, ...; or NAME, NAME.2, ... when
 * the process is in it. */
static char *candidate(const struct output *output, const char *base, unsigned n)
{
    char *name;
    int length;
    if (n == 0)
        return strdup(base);
    if (output->names_pid)
        length = asprintf(&name, "%s.%u", base, n + 1);
    else if (n == 1)
        length = asprintf(&name, "%s.%u", base, output->pid);
    else
        length = asprintf(&name, "%s.%u.%u", base, output->pid, n);
    return length < 0 ? NULL : name;
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

struct error *output_init(struct output *output, const struct state_info *info, bool is_stranger,
                          const char *wanted)
{
    static uint64_t began_ns; /* of this collector: what it wrote itself is not replaced */
    if (began_ns == 0)
        began_ns = now_ns();
    *output = (struct output){.directory = -1, .fd = -1, .pid = info->pid};
    const char *template = wanted                      ? wanted
                           : is_stranger || !info->out ? OUTPUT_TEMPLATE
                                                       : info->out;
    char *name = output_expand(template, info);
    if (name && name[0] != '/' && !wanted && !is_stranger && info->cwd[0] == '/') {
        char *absolute;
        if (asprintf(&absolute, "%s/%s", strcmp(info->cwd, "/") == 0 ? "" : info->cwd, name) < 0)
            absolute = NULL;
        free(name);
        name = absolute;
    }
    output->path = name;
    output->names_pid = has_pid(template);
    output->is_later = !wanted && !info->is_first && (info->is_forked || info->is_child);
    output->fresh_from_ns = wanted ? began_ns : info->start_ns;
    if (!name)
        return error_create("cannot write the profile: out of memory");
    if (!*base_of(name))
        return error_create("cannot write the profile: %s: it names no file", name);
    return NULL;
}

/* --- files --- */

static struct error *open_directory(struct output *output)
{
    const char *base = base_of(output->path);
    int length = (int)(base - output->path);
    char *directory;
    if (length == 0)
        directory = strdup(".");
    else
        directory = strndup(output->path, length == 1 ? 1 : (size_t)length - 1);
    if (!directory)
        return error_create("cannot write the profile: %s: out of memory", output->path);
    output->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct error *error = NULL;
    if (output->directory < 0)
        error = error_create_errno(errno, "cannot write the profile: directory %s", directory);
    free(directory);
    return error;
}

/* A file without a name leaves nothing behind when we are killed. */
static bool open_unnamed(struct output *output)
{
    output->fd = openat(output->directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (output->fd < 0)
        return false;
    snprintf(output->link, sizeof(output->link), "/proc/self/fd/%d", output->fd);
    if (access(output->link, F_OK) == 0)
        return true;
    close(output->fd); /* without /proc it could not get one */
    output->fd = -1;
    return false;
}

struct error *output_open(struct output *output)
{
    struct error *error = open_directory(output);
    if (error)
        return error;
    uint64_t random = now_ns();
    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
        random ^= (uint64_t)getpid() << 32;
    snprintf(output->temporary, sizeof(output->temporary), ".memprof-%016llx.tmp",
             (unsigned long long)random);
    if (open_unnamed(output))
        return NULL;
    output->fd = openat(output->directory, output->temporary,
                        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    output->has_temporary = output->fd >= 0;
    if (output->fd < 0)
        return error_create_errno(errno, "cannot write the profile: %s", output->path);
    return NULL;
}

static void lock_directory(const struct output *output)
{
    const struct timespec pause = {0, 5000000};
    for (int waited = 0; waited < LOCK_WAIT_MS; waited += 5) {
        if (flock(output->directory, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
            return;
        nanosleep(&pause, NULL);
    }
}

enum target {
    TARGET_FREE,  /* nothing there, or an older profile of ours */
    TARGET_FRESH, /* written since the process began */
    TARGET_REFUSED,
};

static enum target look_at(const struct output *output, const char *name, const char **why)
{
    struct stat status;
    if (fstatat(output->directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return TARGET_FREE;
    if (S_ISLNK(status.st_mode))
        *why = "it is a symbolic link";
    else if (!S_ISREG(status.st_mode))
        *why = "it is not a regular file";
    else if (status.st_uid != geteuid())
        *why = "it belongs to another user";
    else
        return (uint64_t)status.st_mtim.tv_sec * 1000000000 + (uint64_t)status.st_mtim.tv_nsec >=
                       output->fresh_from_ns
                   ? TARGET_FRESH
                   : TARGET_FREE;
    return TARGET_REFUSED;
}

/* Renames to the first name that may be taken. */
static struct error *take_name(struct output *output)
{
    unsigned first = output->is_later && !output->names_pid ? 1 : 0;
    for (unsigned n = first; n < NAMES_MAX; n++) {
        const char *why;
        char *path = candidate(output, output->path, n);
        if (!path)
            return error_create("cannot write the profile: %s: out of memory", output->path);
        enum target target = look_at(output, base_of(path), &why);
        struct error *error = NULL;
        if (target == TARGET_REFUSED)
            error = error_create("cannot write the profile: %s: %s", path, why);
        else if (target == TARGET_FREE && renameat(output->directory, output->temporary,
                                                   output->directory, base_of(path)) != 0)
            error = error_create_errno(errno, "cannot write the profile: %s", path);
        if (error) {
            free(path);
            return error;
        }
        if (target == TARGET_FREE) {
            free(output->path);
            output->path = path;
            output->has_temporary = false;
            return NULL;
        }
        free(path);
    }
    return error_create("cannot write the profile: %s: too many profiles of this name",
                        output->path);
}

struct error *output_commit(struct output *output)
{
    /* The kernel's own time is that of the last tick, too coarse to compare with. */
    const struct timespec times[2] = {
        {0, UTIME_OMIT}, {(time_t)(now_ns() / 1000000000), (long)(now_ns() % 1000000000)}};
    futimens(output->fd, times);
    if (!output->has_temporary) {
        if (linkat(AT_FDCWD, output->link, output->directory, output->temporary,
                   AT_SYMLINK_FOLLOW) != 0)
            return error_create_errno(errno, "cannot write the profile: %s", output->path);
        output->has_temporary = true;
    }
    int closed = close(output->fd);
    output->fd = -1;
    if (closed != 0 && errno != EINTR)
        return error_create_errno(errno, "cannot write the profile: %s", output->path);
    lock_directory(output);
    struct error *error = take_name(output);
    flock(output->directory, LOCK_UN);
    return error;
}

void output_deinit(struct output *output)
{
    if (output->has_temporary)
        unlinkat(output->directory, output->temporary, 0);
    if (output->fd >= 0)
        close(output->fd);
    if (output->directory >= 0)
        close(output->directory);
    free(output->path);
    *output = (struct output){.directory = -1, .fd = -1};
}
