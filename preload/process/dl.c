/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/dl.h"
#include "preload/process/symbols.h"

#include <dlfcn.h>
#include <stddef.h>

#define LIBC_DLOPEN 0x80000000 /* what dlopen itself adds for libc's own function */

static struct {
    void *(*open)(const char *name, int mode);
    int mode;
    void *(*symbol)(void *library, const char *name);
    int (*address)(const void *address, Dl_info *info, void **map, int flags);
    int (*libc_address)(const void *address, Dl_info *info, struct link_map **map,
                        const ElfW(Sym) * *symbol);
} dl;

void dl_init(void)
{
    dl.mode = RTLD_NOW | RTLD_LOCAL;
    *(void **)&dl.open = symbols_first("dlopen", NULL, NULL);
    *(void **)&dl.symbol = symbols_first("dlsym", NULL, NULL);
    *(void **)&dl.address = symbols_first("dladdr1", NULL, NULL);
    *(void **)&dl.libc_address = symbols_of("_dl_addr", SYMBOLS_LIBC);
    if (dl.open && dl.symbol)
        return;
    dl.mode |= (int)LIBC_DLOPEN;
    *(void **)&dl.open = symbols_of("__libc_dlopen_mode", SYMBOLS_LIBC);
    *(void **)&dl.symbol = symbols_of("__libc_dlsym", SYMBOLS_LIBC);
}

void dl_forget_error(void)
{
    char *(*take)(void);
    *(void **)&take = symbols_first("dlerror", NULL, NULL);
    if (take)
        take();
}

void *dl_open(const char *soname)
{
    return dl.open && dl.symbol ? dl.open(soname, dl.mode) : NULL;
}

void *dl_symbol(void *library, const char *name)
{
    return dl.symbol(library, name);
}

bool dl_find(uintptr_t pc, const struct link_map **map, uintptr_t *base)
{
    Dl_info info;
    void *found;
    struct link_map *own;
    const ElfW(Sym) * symbol;
    if (dl.address ? !dl.address((void *)pc, &info, &found, RTLD_DL_LINKMAP)
                   : !dl.libc_address || !dl.libc_address((void *)pc, &info, &own, &symbol))
        return false;
    *map = dl.address ? found : own;
    *base = (uintptr_t)info.dli_fbase;
    return true;
}
