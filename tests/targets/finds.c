/* SPDX-License-Identifier: Apache-2.0
 * build: -ldl
 *
 * finds DIRECTORY: opens plugins in ways in which it matters who calls dlopen and who
 * answers malloc; passes blocks to and fro.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sees.h"

static const char *directory;

static void *open_in(const char *name, Lmid_t list, int flags)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    void *library = list == LM_ID_BASE ? dlopen(path, flags) : dlmopen(list, path, flags);
    if (!library)
        puts(dlerror());
    return library;
}

static int run(void *library)
{
    int (*entry)(void) = (int (*)(void))dlsym(library, "plugin_run");
    return entry();
}

int main(int argc, char **argv)
{
    directory = argc > 1 ? argv[1] : ".";
    puts(dlopen("libdeep.so", RTLD_NOW) ? "found" : "not found by the program");
    printf("found by a plugin's own RUNPATH: %d\n",
           run(open_in("libnests.so", LM_ID_BASE, RTLD_NOW)));

    void *deep = open_in("libdeep.so", LM_ID_BASE, RTLD_NOW | RTLD_DEEPBIND | RTLD_LOCAL);
    void *(*get)(size_t) = (void *(*)(size_t))dlsym(deep, "plugin_get");
    void (*put)(void *) = (void (*)(void *))dlsym(deep, "plugin_put");
    printf("deep: %d\n", run(deep));
    for (int n = 0; n < 50000; n++) {
        put(malloc(100));
        free(get(100));
        char *grown = realloc(get(40), 400);
        if (grown[39] != 'g')
            puts("wrong");
        put(realloc(grown, 4000));
    }
    void *apart = open_in("libdeep.so", LM_ID_NEWLM, RTLD_NOW);
    printf("in a namespace of its own: %d\n", run(apart));
    dlclose(apart);
    dlclose(deep);
    sees();
}
