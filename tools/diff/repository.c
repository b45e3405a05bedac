/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/repository.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/path.h"

/* The nearest directory upwards of `root` that has a .git, in place; false: none. */
static bool find_top(char *root)
{
    for (;;) {
        char *git;
        if (asprintf(&git, "%s/.git", root) < 0)
            return false;
        bool is_there = access(git, F_OK) == 0;
        free(git);
        if (is_there)
            return true;
        char *slash = strrchr(root, '/');
        if (!slash)
            return false;
        *slash = '\0';
    }
}

static bool has(const struct repository *repository, const char *path)
{
    char *name;
    struct stat status;
    if (asprintf(&name, "%s/%s", repository->root, path) < 0)
        return false;
    bool is_file = stat(name, &status) == 0 && S_ISREG(status.st_mode);
    free(name);
    return is_file;
}

/* A directory, by its path from the root and "/", is the top of a checkout of its own: of a clone
 * or a worktree.  (A submodule belongs to the checkout around it.) */
static bool has_git(const struct repository *repository, const char *directory)
{
    char *name, text[1024] = "";
    struct stat status;
    if (asprintf(&name, "%s/%s.git", repository->root, directory) < 0)
        return false;
    bool is_top = stat(name, &status) == 0 && S_ISDIR(status.st_mode);
    FILE *file = is_top ? NULL : fopen(name, "re");
    if (file) {
        is_top = fgets(text, sizeof text, file) && strstr(text, "/worktrees/");
        fclose(file);
    }
    free(name);
    return is_top;
}

bool repository_init(struct repository *repository, const char *given)
{
    *repository = (struct repository){.root = NULL};
    const char *name = given ? given : getenv("GITHUB_WORKSPACE");
    if (!name || !*name)
        name = getenv("CI_PROJECT_DIR");
    bool is_given = name && *name;
    char *root = realpath(is_given ? name : ".", NULL), *top = root ? strdup(root) : NULL;
    if (!root)
        root = strdup(is_given ? name : "/");
    if (top && !is_given && find_top(top)) {
        free(root);
        root = top;
        top = NULL;
    }
    free(top);
    repository->root = root;
    size_t length = root ? strlen(root) : 0;
    if (length && root[length - 1] == '/')
        root[length - 1] = '\0';
    repository->has_git = root && has_git(repository, "");
    return root != NULL;
}

void repository_deinit(struct repository *repository)
{
    for (uint32_t i = 0; i < repository->count; i++)
        free(repository->paths[i]);
    free(repository->paths);
    free(repository->root);
}

static bool is_system_file(const char *file)
{
    return strncmp(file, "/usr/", 5) == 0 || strncmp(file, "/rustc/", 7) == 0;
}

/* Both commits of a comparison may be checked out below the root: then their paths begin at their
 * own tops. */
static const char *path_below(const struct repository *repository, char *path)
{
    for (char *slash = path; (slash = strchr(slash, '/')); slash++) {
        char after = slash[1];
        slash[1] = '\0';
        bool is_top = has_git(repository, path);
        slash[1] = after;
        if (is_top)
            return !repository->has_git || has(repository, slash + 1) ? slash + 1 : path;
    }
    return path;
}

/* A file below the root is meant by its name.  Another one may have been built elsewhere: then
 * the longest end of its name that is a file here is it. */
static const char *path_in(const struct repository *repository, char *file)
{
    size_t length = strlen(repository->root);
    path_clean(file);
    if (file[0] == '/' && strncmp(file, repository->root, length) == 0 && file[length] == '/')
        return path_below(repository, file + length + 1);
    if (is_system_file(file))
        return NULL;
    for (const char *rest = file; rest; rest = strchr(rest, '/')) {
        rest += strspn(rest, "/");
        if (*rest && strncmp(rest, "../", 3) != 0 && has(repository, rest))
            return rest;
    }
    return NULL;
}

static bool reach(struct repository *repository, uint32_t number)
{
    if (number < repository->count)
        return true;
    uint32_t count = 2 * number + 64;
    char **moved = realloc(repository->paths, count * sizeof *moved);
    if (!moved)
        return false;
    memset(moved + repository->count, 0, (count - repository->count) * sizeof *moved);
    repository->paths = moved;
    repository->count = count;
    return true;
}

const char *repository_find(struct repository *repository, uint32_t number, const char *file)
{
    if (!*file || !reach(repository, number))
        return NULL;
    char **path = &repository->paths[number];
    if (!*path) {
        char *scratch = strdup(file);
        const char *found = scratch ? path_in(repository, scratch) : NULL;
        *path = strdup(found ? found : "");
        free(scratch);
    }
    return *path && **path ? *path : NULL;
}
