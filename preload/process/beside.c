/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that the target will run is looked for in the library's directory, and one
 * directory up only from where libraries are installed or built: a copy of the library in
 * /tmp/x must not run what somebody put into /tmp/bin.  own_file.h says which one is used.
 */
#include "preload/process/beside.h"
#include "preload/base/stat.h"
#include "preload/base/text.h"
#include "preload/own_file.h"
#include "preload/process/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The library's own file; one thread looks, at start. */
static char library_path[BESIDE_PATH_MAX]; /* empty: not known */
static struct own_file library;

/* The file that `path` names, without symbolic links.  Without /proc it is taken for one
 * that has none; own_file_trusts() refuses the others. */
static bool resolve(const char *path, char resolved[BESIDE_PATH_MAX], struct stat *status)
{
    char link[48];
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0 && errno != EMFILE)
        return false;
    struct text name = {link, sizeof link, 0};
    text_add(&name, "/proc/self/fd/");
    text_add_number(&name, (uint64_t)(fd < 0 ? 0 : fd), 10, 1);
    ssize_t length = fd < 0 ? -1 : readlink(link, resolved, BESIDE_PATH_MAX - 1);
    struct text text = {resolved, BESIDE_PATH_MAX, length > 0 ? (size_t)length : 0};
    text_add(&text, length > 0 ? "" : path);
    bool is_known = fd < 0 ? stat_path(path, status) : stat_fd(fd, status);
    if (fd >= 0)
        close(fd);
    return is_known && resolved[0] == '/';
}

static bool find_library(const char *cwd, char shown[BESIDE_PATH_MAX])
{
    struct stat status;
    const char *own = symbols_own_file();
    if (!own)
        return false;
    struct text text = {shown, BESIDE_PATH_MAX, 0};
    if (own[0] != '/') {
        text_add(&text, cwd);
        text_add(&text, "/");
    }
    text_add(&text, own);
    if (shown[0] != '/' || !resolve(shown, library_path, &status))
        return false;
    own_file_init(&library, library_path, status.st_uid);
    return true;
}

/* Cuts the last component off; returns it, or NULL when none is left. */
static const char *cut(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    return slash + 1;
}

static bool is_library_directory(const char *name)
{
    return name && (strncmp(name, "lib", 3) == 0 || strcmp(name, "build") == 0);
}

static bool try(const char *directory, const char *below, const char *name,
                char path[BESIDE_PATH_MAX])
{
    static char shown[BESIDE_PATH_MAX];
    struct stat status;
    struct text text = {shown, sizeof shown, 0};
    text_add(&text, directory);
    text_add(&text, below);
    text_add(&text, name);
    if (resolve(shown, path, &status) && own_file_trusts(&library, path) && access(path, X_OK) == 0)
        return true;
    path[0] = '\0';
    return false;
}

bool beside_find(const char *name, const char *cwd, char path[BESIDE_PATH_MAX])
{
    static char directory[BESIDE_PATH_MAX];
    path[0] = '\0';
    if (!find_library(cwd, directory))
        return false;
    cut(directory);
    if (try(directory, "/", name, path))
        return true;
    const char *last = cut(directory);
    if (last && strstr(last, "-linux-")) /* lib/x86_64-linux-gnu */
        last = cut(directory);
    return is_library_directory(last) &&
           (try(directory, "/bin/", name, path) || try(directory, "/libexec/", name, path));
}
