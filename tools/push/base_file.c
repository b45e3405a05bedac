/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/base_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/age.h"
#include "collector/base/fnv.h"
#include "collector/base/open_regular.h"
#include "collector/base/whole.h"
#include "collector/new_file.h"

#define SUFFIX         ".base"
#define OLD_NS         (UINT64_C(86400) * 1000000000)
#define MOST           (64u << 20) /* bytes of a file that is read */
#define NAME_MAX_BYTES 96

/* ---- the directory ---- */

static char *join(const char *directory, const char *below)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s", directory, below) < 0 ? NULL : path;
}

/* Of several directories of systemd's the first is meant. */
static char *default_directory(void)
{
    const char *of_systemd = getenv("STATE_DIRECTORY"), *of_xdg = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (of_systemd && *of_systemd == '/')
        return strndup(of_systemd, strcspn(of_systemd, ":"));
    if (of_xdg && *of_xdg == '/')
        return join(of_xdg, "memprof-push");
    if (home && *home == '/' && geteuid() != 0)
        return join(home, ".local/state/memprof-push");
    return geteuid() == 0 ? strdup("/var/lib/memprof-push") : NULL;
}

/* Makes what is missing of it. */
static bool make_directories(const char *path)
{
    char *copy = strdup(path);
    for (char *slash = copy ? strchr(copy + 1, '/') : NULL; slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(copy, 0700);
        *slash = '/';
    }
    free(copy);
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static struct error *check_directory(const char *path)
{
    struct stat status;
    if (!make_directories(path) || lstat(path, &status) != 0)
        return error_create_errno(errno, "%s", path);
    if (!S_ISDIR(status.st_mode))
        return error_create("%s: not a directory", path);
    if (status.st_uid != geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)))
        return error_create("%s: other users may write to it", path);
    if (access(path, W_OK | X_OK) != 0)
        return error_create_errno(errno, "%s", path);
    return NULL;
}

struct error *base_files_init(struct base_files *files, const char *given, const char *url,
                              enum push_protocol protocol)
{
    const char protocol_text[] = {(char)('0' + protocol), '\0'};
    *files = (struct base_files){
        .directory = given ? strdup(given) : default_directory(),
        .destination = fnv_text(fnv_text(FNV_BASIS, url), protocol_text),
    };
    if (!files->directory)
        return given ? error_no_memory() : error_create("HOME is not set");
    struct error *error = check_directory(files->directory);
    if (error)
        base_files_deinit(files);
    return error;
}

void base_files_deinit(struct base_files *files)
{
    free(files->directory);
    files->directory = NULL;
}

/* ---- one file ---- */

static char *path_of(const struct base_files *files, const struct push_base_of *of)
{
    char name[NAME_MAX_BYTES];
    snprintf(name, sizeof name, "%" PRIu32 "-%" PRIx64 "-%" PRIx64 SUFFIX, of->pid,
             of->start_ns ^ of->pid_namespace << 32, files->destination);
    return files->directory ? join(files->directory, name) : NULL;
}

bool base_files_has(const struct base_files *files, const struct push_base_of *of)
{
    char *path = path_of(files, of);
    bool has = path && access(path, F_OK) == 0;
    free(path);
    return has;
}

bool base_files_load(const struct base_files *files, const struct push_base_of *of,
                     struct push_base *base, const char **fault)
{
    struct stat status;
    char *path = path_of(files, of);
    int fd = path ? open_regular(path, O_NOFOLLOW, &status) : -1;
    free(path);
    *fault = NULL;
    push_base_begin(base, of, 0);
    if (fd < 0)
        return false;
    size_t bytes = status.st_size > 0 && status.st_size <= MOST ? (size_t)status.st_size : 0;
    unsigned char *text = malloc(bytes + 1);
    *fault = text && bytes && whole_read(fd, text, bytes) == bytes
                 ? push_base_decode(base, text, bytes, of)
                 : "it is damaged";
    free(text);
    close(fd);
    return !*fault;
}

struct error *base_files_store(const struct base_files *files, const struct push_base *base)
{
    char *path = path_of(files, &base->of);
    size_t bytes;
    unsigned char *text = path ? push_base_encode(base, &bytes) : NULL;
    struct new_file file = NEW_FILE_NONE;
    struct error *error = NULL;
    if (text && !(new_file_open_directory(&file, path) && new_file_create(&file, 0600) &&
                  whole_write(file.fd, text, bytes) && new_file_finish(&file) &&
                  new_file_replace(&file, strrchr(path, '/') + 1, NULL) && new_file_close(&file)))
        error = error_create_errno(errno, "%s", path);
    else if (!text && files->directory)
        error = error_no_memory();
    new_file_deinit(&file);
    free(text);
    free(path);
    return error;
}

bool base_files_mark(const struct base_files *files, const struct push_base *base)
{
    char *path = path_of(files, &base->of);
    int fd = path ? open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK) : -1;
    uint32_t value = base->in_flight;
    free(path);
    bool is_written = fd >= 0 && pwrite(fd, &value, sizeof value,
                                        (off_t)push_base_in_flight_offset()) == sizeof value;
    if (fd >= 0)
        close(fd);
    return is_written;
}

void base_files_remove(const struct base_files *files, const struct push_base *base)
{
    char *path = path_of(files, &base->of);
    if (path)
        unlink(path);
    free(path);
}

void base_files_prune(const struct base_files *files)
{
    DIR *names = files->directory ? opendir(files->directory) : NULL;
    struct stat status;
    for (struct dirent *entry; names && (entry = readdir(names)) != NULL;) {
        size_t length = strlen(entry->d_name), suffix = sizeof SUFFIX - 1;
        if (length > suffix && strcmp(entry->d_name + length - suffix, SUFFIX) == 0 &&
            fstatat(dirfd(names), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode) && age_of(&status) > OLD_NS)
            unlinkat(dirfd(names), entry->d_name, 0);
    }
    if (names)
        closedir(names);
}
