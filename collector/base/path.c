/* SPDX-License-Identifier: Apache-2.0
 *
 * Works in place, component by component: the result is never longer than the path.
 */
#include "collector/base/path.h"

#include <string.h>

static bool is_component(const char *at, size_t length, const char *name)
{
    return strlen(name) == length && strncmp(at, name, length) == 0;
}

bool path_is_clean(const char *path)
{
    const char *at = path + (*path == '/');
    if (!*path)
        return true; /* no path at all */
    while (*at) {
        size_t length = strcspn(at, "/");
        if (length == 0 || is_component(at, length, ".") || is_component(at, length, ".."))
            return false;
        at += length;
        if (*at == '/' && !*++at)
            return false;
    }
    return true;
}

void path_clean(char *path)
{
    char *root = path + (*path == '/'), *to = root, *floor = root;
    const char *from = root;
    while (*from) {
        size_t length = strcspn(from, "/");
        if (is_component(from, length, "..")) {
            if (to > floor) {
                do
                    to--;
                while (to > floor && *to != '/');
            } else if (root == path) { /* relative: ".." stays */
                if (to > path)
                    *to++ = '/';
                *to++ = '.';
                *to++ = '.';
                floor = to;
            }
        } else if (length != 0 && !is_component(from, length, ".")) {
            if (to > root)
                *to++ = '/';
            memmove(to, from, length);
            to += length;
        }
        from += length + (from[length] == '/');
    }
    if (to == path)
        *to++ = '.';
    *to = '\0';
}

size_t path_bytes(const char *path)
{
    static const char deleted[] = " (deleted)";
    size_t length = strlen(path), mark = sizeof(deleted) - 1;
    return length > mark && strcmp(path + length - mark, deleted) == 0 ? length - mark : length;
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
