/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules are the loader's own: a symbol without a version serves any reference, one
 * with a version only references to that version, and one that is not the default of its
 * name no reference without a version.
 *
 * Compiled without link-time optimization, which may part a .symver from its function.
 */
#include "preload/process/symbols.h"
#include "arch_libc.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

#define VERSION_HIDDEN 0x8000u /* not the default of its name */
#define VERSION_FIRST  2u      /* 0 and 1: local, and without a version */

/* Weak: another C library has none.  Linked against libc alone, a loader's symbol. */
extern struct r_debug _r_debug __attribute__((weak));
extern ElfW(Dyn) _DYNAMIC[] __attribute__((visibility("hidden")));

/* For a C library whose objects cannot be searched; musl has it.  An older glibc than ours, whose
 * can be, has it in another library: weak, and of the version that libc has kept from there. */
__asm__(".symver dlsym, dlsym@" ARCH_LIBC_FIRST);
#pragma weak dlsym

struct object {
    const struct link_map *map;
    const ElfW(Sym) * symbols;
    const char *names;
    const char *soname; /* NULL: none */
    const uint32_t *gnu_hash;
    const ElfW(Word) * hash;
    const ElfW(Half) * versions; /* NULL: nothing has a version */
    const ElfW(Verdef) * definitions;
};

/* The loader relocates these in most objects, and leaves them where .dynamic is read-only. */
static const void *pointer_of(const struct link_map *map, const ElfW(Dyn) * entry)
{
    uintptr_t address = entry->d_un.d_ptr;
    return (const void *)(address < map->l_addr ? address + map->l_addr : address);
}

static bool open_object(struct object *o, const struct link_map *map)
{
    ElfW(Xword) soname = 0;
    *o = (struct object){.map = map};
    for (const ElfW(Dyn) *d = map->l_ld; d && d->d_tag != DT_NULL; d++)
        switch (d->d_tag) {
        case DT_SYMTAB:
            o->symbols = pointer_of(map, d);
            break;
        case DT_STRTAB:
            o->names = pointer_of(map, d);
            break;
        case DT_GNU_HASH:
            o->gnu_hash = pointer_of(map, d);
            break;
        case DT_HASH:
            o->hash = pointer_of(map, d);
            break;
        case DT_VERSYM:
            o->versions = pointer_of(map, d);
            break;
        case DT_VERDEF:
            o->definitions = pointer_of(map, d);
            break;
        case DT_SONAME:
            soname = d->d_un.d_val;
        }
    o->soname = soname && o->names ? o->names + soname : NULL;
    return o->symbols && o->names;
}

/* The name of the version with this index; NULL: it has none. */
static const char *version_name(const struct object *o, unsigned index)
{
    if (index < VERSION_FIRST || !o->definitions)
        return NULL;
    for (const ElfW(Verdef) *d = o->definitions;;
         d = (const ElfW(Verdef) *)((const char *)d + d->vd_next)) {
        if (d->vd_ndx == index && !(d->vd_flags & VER_FLG_BASE))
            return o->names + ((const ElfW(Verdaux) *)((const char *)d + d->vd_aux))->vda_name;
        if (d->vd_next == 0)
            return NULL;
    }
}

static bool version_fits(const struct object *o, size_t symbol, const char *version)
{
    if (!o->versions)
        return true;
    bool hidden = o->versions[symbol] & VERSION_HIDDEN;
    if (!version)
        return !hidden;
    const char *has = version_name(o, o->versions[symbol] & ~VERSION_HIDDEN);
    return has ? strcmp(has, version) == 0 : !hidden;
}

static bool fits(const struct object *o, size_t symbol, const char *name, const char *version)
{
    const ElfW(Sym) *s = &o->symbols[symbol];
    return s->st_shndx != SHN_UNDEF && s->st_value != 0 && ELF64_ST_BIND(s->st_info) != STB_LOCAL &&
           ELF64_ST_TYPE(s->st_info) != STT_TLS && strcmp(o->names + s->st_name, name) == 0 &&
           version_fits(o, symbol, version);
}

/* Index of the symbol; 0: none. */
static size_t find_by_gnu_hash(const struct object *o, const char *name, const char *version)
{
    uint32_t hash = 5381;
    for (const char *c = name; *c; c++)
        hash = hash * 33 + (unsigned char)*c;
    uint32_t bucket_count = o->gnu_hash[0], first = o->gnu_hash[1], bloom_words = o->gnu_hash[2];
    const uint32_t *buckets = o->gnu_hash + 4 + bloom_words * (sizeof(ElfW(Addr)) / 4);
    const uint32_t *chains = buckets + bucket_count;
    uint32_t symbol = bucket_count ? buckets[hash % bucket_count] : 0;
    if (symbol < first || symbol == 0)
        return 0;
    for (;; symbol++) {
        uint32_t entry = chains[symbol - first];
        if ((entry | 1) == (hash | 1) && fits(o, symbol, name, version))
            return symbol;
        if (entry & 1)
            return 0;
    }
}

static size_t find_by_hash(const struct object *o, const char *name, const char *version)
{
    uint32_t hash = 0;
    for (const char *c = name; *c; c++) {
        hash = (hash << 4) + (unsigned char)*c;
        hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
    }
    uint32_t bucket_count = o->hash[0];
    const ElfW(Word) *buckets = o->hash + 2, *chains = buckets + bucket_count;
    for (uint32_t symbol = bucket_count ? buckets[hash % bucket_count] : 0; symbol != 0;
         symbol = chains[symbol])
        if (fits(o, symbol, name, version))
            return symbol;
    return 0;
}

static size_t find(const struct object *o, const char *name, const char *version)
{
    if (o->gnu_hash)
        return find_by_gnu_hash(o, name, version);
    return o->hash ? find_by_hash(o, name, version) : 0;
}

/* An indirect function's resolver is called as the loader calls it. */
static void *value_of(const struct object *o, size_t symbol)
{
    const ElfW(Sym) *s = &o->symbols[symbol];
    uintptr_t address = s->st_value + (s->st_shndx == SHN_ABS ? 0 : o->map->l_addr);
    if (ELF64_ST_TYPE(s->st_info) == STT_GNU_IFUNC)
        address = ((uintptr_t (*)(unsigned long))address)(getauxval(AT_HWCAP));
    return (void *)address;
}

bool symbols_usable(void)
{
    return &_r_debug != NULL && _r_debug.r_map != NULL;
}

static const struct link_map *own_map(void)
{
    const struct link_map *map = _r_debug.r_map;
    while (map && map->l_ld != _DYNAMIC)
        map = map->l_next;
    return map;
}

const char *symbols_own_file(void)
{
    const struct link_map *own = symbols_usable() ? own_map() : NULL;
    return own ? own->l_name : NULL;
}

/* Opens the first object from `from` on with this soname. */
static bool open_named(struct object *o, const struct link_map *from, const char *soname)
{
    for (const struct link_map *map = from; map; map = map->l_next)
        if (open_object(o, map) && o->soname && strcmp(o->soname, soname) == 0)
            return true;
    return false;
}

static const char *default_version(const char *name, const char *provider)
{
    struct object o;
    if (!provider || !open_named(&o, _r_debug.r_map, provider))
        return NULL;
    size_t symbol = find(&o, name, NULL);
    return symbol && o.versions ? version_name(&o, o.versions[symbol] & ~VERSION_HIDDEN) : NULL;
}

/* From `from` on; `but` is passed over. */
static void *search(const struct link_map *from, const struct link_map *but, const char *name,
                    const char *version, const char **object)
{
    struct object o;
    for (const struct link_map *map = from; map; map = map->l_next) {
        size_t symbol = map != but && open_object(&o, map) ? find(&o, name, version) : 0;
        if (symbol == 0)
            continue;
        if (object)
            *object = map->l_name ? map->l_name : "";
        return value_of(&o, symbol);
    }
    return NULL;
}

void *symbols_next(const char *name, const char *provider, const char **object)
{
    struct object libc;
    if (object)
        *object = "";
    if (!symbols_usable())
        return dlsym ? dlsym(RTLD_NEXT, name) : NULL;
    const struct link_map *own = own_map();
    const struct link_map *from = own ? own->l_next : NULL;
    if (!open_named(&libc, from, SYMBOLS_LIBC))
        from = _r_debug.r_map;
    return search(from, own, name, default_version(name, provider), object);
}

void *symbols_first(const char *name, const char *provider, const char **object)
{
    if (!symbols_usable())
        return dlsym ? dlsym(RTLD_DEFAULT, name) : NULL;
    return search(_r_debug.r_map, NULL, name, default_version(name, provider), object);
}

void *symbols_of(const char *name, const char *soname)
{
    struct object o;
    if (!symbols_usable() || !open_named(&o, _r_debug.r_map, soname))
        return NULL;
    size_t symbol = find(&o, name, NULL);
    return symbol ? value_of(&o, symbol) : NULL;
}
