/* SPDX-License-Identifier: Apache-2.0
 *
 * libmemprof-self-test.so: makes one allocation more at one call site, every so many calls of it,
 * for `memprof diff --self-test`.  It is preloaded behind libmemprof.so, which sees that
 * allocation as it sees the program's own and is not changed for it.
 *
 * The module that has the call reaches malloc through a slot of its global offset table.  The
 * slot gets a function of ours, which looks where it was called from and jumps on to where the
 * slot led: so no other call of the program changes, and no frame of ours is on its stack.
 *
 * What is preloaded has names that every profile leaves out as those of wrappers, so that the
 * further allocation counts for the call site that it is made at.
 */
#include "arch_machine.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define VARIABLE "MEMPROF_SELF_TEST" /* OFFSET:BYTES:EVERY:FILE, numbers in hex */

/* Set once by the constructor, before main. */
static struct {
    uintptr_t address; /* where the call returns to */
    size_t bytes;
    unsigned long every;
    unsigned long offset; /* of the call in its file */
    struct stat file;
} site;
static atomic_ulong calls;

static __attribute__((noinline, cold)) void make_one_more(void)
{
    int saved = errno;
    void *volatile block = malloc(site.bytes);
    free(block);
    errno = saved;
}

/* A call's address is that of its last byte in some profiles, and that behind it in others. */
static inline bool is_due(const void *caller)
{
    uintptr_t distance = (uintptr_t)caller - site.address;
    return distance <= 1 &&
           (atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed) + 1) % site.every == 0;
}

/* Exported, so that the names are there when debug information is not. */
#define EXPORT __attribute__((visibility("default")))
#define WRAP(result, name, symbol, parameters, arguments)                                          \
    extern result symbol parameters __attribute__((weak));                                         \
    EXPORT result memprof_self_test_##name parameters;                                             \
    EXPORT result memprof_self_test_##name parameters                                              \
    {                                                                                              \
        if (is_due(__builtin_return_address(0)))                                                   \
            make_one_more();                                                                       \
        return symbol arguments;                                                                   \
    }

WRAP(void *, malloc, malloc, (size_t size), (size))
WRAP(void *, calloc, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, realloc, (void *block, size_t size), (block, size))
WRAP(void *, reallocarray, reallocarray, (void *block, size_t count, size_t size),
     (block, count, size))
WRAP(void *, aligned_alloc, aligned_alloc, (size_t alignment, size_t size), (alignment, size))
WRAP(int, posix_memalign, posix_memalign, (void **block, size_t alignment, size_t size),
     (block, alignment, size))
/* operator new and new[], plain, aligned, and without exceptions: the Itanium C++ ABI's names. */
WRAP(void *, new, _Znwm, (size_t size), (size))
WRAP(void *, new_array, _Znam, (size_t size), (size))
WRAP(void *, new_nothrow, _ZnwmRKSt9nothrow_t, (size_t size, const void *tag), (size, tag))
WRAP(void *, new_array_nothrow, _ZnamRKSt9nothrow_t, (size_t size, const void *tag), (size, tag))
WRAP(void *, new_aligned, _ZnwmSt11align_val_t, (size_t size, size_t alignment), (size, alignment))
WRAP(void *, new_array_aligned, _ZnamSt11align_val_t, (size_t size, size_t alignment),
     (size, alignment))

#define ROW(name, symbol) {#symbol, (void *)memprof_self_test_##name, (const void *)symbol}
static const struct {
    const char *name;
    void *replacement;
    const void *target; /* NULL: no library of the program has it */
} wrapped[] = {
    ROW(malloc, malloc),
    ROW(calloc, calloc),
    ROW(realloc, realloc),
    ROW(reallocarray, reallocarray),
    ROW(aligned_alloc, aligned_alloc),
    ROW(posix_memalign, posix_memalign),
    ROW(new, _Znwm),
    ROW(new_array, _Znam),
    ROW(new_nothrow, _ZnwmRKSt9nothrow_t),
    ROW(new_array_nothrow, _ZnamRKSt9nothrow_t),
    ROW(new_aligned, _ZnwmSt11align_val_t),
    ROW(new_array_aligned, _ZnamSt11align_val_t),
};

/* --- the slots of a module --- */

static void set_slot(uintptr_t slot, void *value)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = slot & ~(page - 1);
    if (mprotect((void *)start, page, PROT_READ | PROT_WRITE) == 0)
        *(void **)slot = value; /* what is read-only after relocation stays writable: a test */
}

static void wrap(uintptr_t base, const ElfW(Rela) * relocations, size_t bytes,
                 const ElfW(Sym) * symbols, const char *names)
{
    for (size_t i = 0; i < bytes / sizeof *relocations; i++) {
        if (!ARCH_IS_SLOT(ELF64_R_TYPE(relocations[i].r_info)))
            continue;
        const char *name = names + symbols[ELF64_R_SYM(relocations[i].r_info)].st_name;
        for (size_t k = 0; k < sizeof wrapped / sizeof *wrapped; k++)
            if (wrapped[k].target && strcmp(wrapped[k].name, name) == 0)
                set_slot(base + relocations[i].r_offset, wrapped[k].replacement);
    }
}

static void wrap_module(uintptr_t base, const ElfW(Dyn) * dynamic)
{
    const ElfW(Rela) *lazy = NULL, *eager = NULL;
    const ElfW(Sym) *symbols = NULL;
    const char *names = NULL;
    size_t lazy_bytes = 0, eager_bytes = 0;
    for (; dynamic->d_tag != DT_NULL; dynamic++)
        switch (dynamic->d_tag) {
        case DT_JMPREL:
            lazy = (const ElfW(Rela) *)dynamic->d_un.d_ptr;
            break;
        case DT_PLTRELSZ:
            lazy_bytes = dynamic->d_un.d_val;
            break;
        case DT_RELA:
            eager = (const ElfW(Rela) *)dynamic->d_un.d_ptr;
            break;
        case DT_RELASZ:
            eager_bytes = dynamic->d_un.d_val;
            break;
        case DT_SYMTAB:
            symbols = (const ElfW(Sym) *)dynamic->d_un.d_ptr;
            break;
        case DT_STRTAB:
            names = (const char *)dynamic->d_un.d_ptr;
            break;
        }
    if (!symbols || !names)
        return;
    wrap(base, lazy, lazy ? lazy_bytes : 0, symbols, names);
    wrap(base, eager, eager ? eager_bytes : 0, symbols, names);
}

/* --- the module of the call --- */

static bool is_file(const char *name)
{
    struct stat status;
    return stat(*name ? name : "/proc/self/exe", &status) == 0 &&
           status.st_dev == site.file.st_dev && status.st_ino == site.file.st_ino;
}

static int look(struct dl_phdr_info *info, size_t size, void *ignored)
{
    const ElfW(Dyn) *dynamic = NULL;
    (void)size;
    (void)ignored;
    if (!is_file(info->dlpi_name))
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_DYNAMIC)
            dynamic = (const ElfW(Dyn) *)(info->dlpi_addr + segment->p_vaddr);
        if (segment->p_type == PT_LOAD && site.offset >= segment->p_offset &&
            site.offset < segment->p_offset + segment->p_filesz && (segment->p_flags & PF_X))
            site.address = info->dlpi_addr + segment->p_vaddr + (site.offset - segment->p_offset);
    }
    if (site.address && dynamic)
        wrap_module(info->dlpi_addr, dynamic);
    return 1;
}

static __attribute__((constructor)) void start(void)
{
    const char *text = getenv(VARIABLE);
    int end = 0;
    if (!text ||
        sscanf(text, "%lx:%zx:%lx:%n", &site.offset, &site.bytes, &site.every, &end) != 3 ||
        end == 0 || site.every == 0 || stat(text + end, &site.file) != 0)
        return;
    dl_iterate_phdr(look, NULL);
}
