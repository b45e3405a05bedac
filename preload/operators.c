/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/operators.h"
#include "preload/event.h"
#include "preload/process/symbols.h"
#include "preload/process/thread.h"
#include "preload/real.h"
#include "preload/sampler.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#define EXPORT __attribute__((visibility("default")))
#define SLOW   __attribute__((noinline, cold))

/* jemalloc's operators go through our malloc or aligned_alloc after all for some
 * alignments and in a new thread: then the block was counted there, which shows in the
 * countdown or, when that did not move, in the live table.  Nothing is held across the
 * call, because it may throw. */
static bool counted_inside(void *block, uint64_t countdown_before)
{
    struct live_record record;
    if (thread.countdown != countdown_before)
        return true;
    if (!live_maybe(block) || !event_take(block, &record))
        return false;
    event_put_back(block, &record);
    return true;
}

/* For each operator: `next` is the one behind us, and `call` where ours jumps: first
 * to find that out, then to `next`, or to count and go to `next`.  `size` and `block`
 * are what all have in common; mangled names: Itanium C++ ABI. */
#define NEW(symbol, parameters, arguments)                                                         \
    static void *(*symbol##_next)parameters;                                                       \
    static SLOW void *symbol##_first parameters;                                                   \
    static void *(*symbol##_call)parameters = symbol##_first;                                      \
    static void *symbol##_counted parameters                                                       \
    {                                                                                              \
        uint64_t countdown_before = thread.countdown;                                              \
        void *block = symbol##_next arguments;                                                     \
        if (block && !counted_inside(block, countdown_before) && !sampler_pass(size))              \
            event_allocated(block, size, EVENT_CALLER);                                            \
        return block;                                                                              \
    }                                                                                              \
    EXPORT void *symbol parameters;                                                                \
    EXPORT void *symbol parameters                                                                 \
    {                                                                                              \
        return symbol##_call arguments;                                                            \
    }                                                                                              \
    static SLOW void *symbol##_first parameters                                                    \
    {                                                                                              \
        operators_resolve();                                                                       \
        return symbol##_next ? symbol arguments : real.malloc(size);                               \
    }

#define DELETE(symbol, parameters, arguments)                                                      \
    static void(*symbol##_next) parameters;                                                        \
    static SLOW void symbol##_first parameters;                                                    \
    static void(*symbol##_call) parameters = symbol##_first;                                       \
    static SLOW void symbol##_slow parameters                                                      \
    {                                                                                              \
        event_release(block, EVENT_CALLER);                                                        \
        symbol##_next arguments;                                                                   \
    }                                                                                              \
    static void symbol##_counted parameters                                                        \
    {                                                                                              \
        if (live_maybe(block))                                                                     \
            symbol##_slow arguments;                                                               \
        else                                                                                       \
            symbol##_next arguments;                                                               \
    }                                                                                              \
    EXPORT void symbol parameters;                                                                 \
    EXPORT void symbol parameters                                                                  \
    {                                                                                              \
        symbol##_call arguments;                                                                   \
    }                                                                                              \
    static SLOW void symbol##_first parameters                                                     \
    {                                                                                              \
        operators_resolve();                                                                       \
        if (symbol##_next)                                                                         \
            symbol arguments;                                                                      \
        else                                                                                       \
            real.free(block);                                                                      \
    }

NEW(_Znwm, (size_t size), (size))
NEW(_Znam, (size_t size), (size))
NEW(_ZnwmRKSt9nothrow_t, (size_t size, const void *nothrow), (size, nothrow))
NEW(_ZnamRKSt9nothrow_t, (size_t size, const void *nothrow), (size, nothrow))
NEW(_ZnwmSt11align_val_t, (size_t size, size_t align), (size, align))
NEW(_ZnamSt11align_val_t, (size_t size, size_t align), (size, align))
NEW(_ZnwmSt11align_val_tRKSt9nothrow_t, (size_t size, size_t align, const void *nothrow),
    (size, align, nothrow))
NEW(_ZnamSt11align_val_tRKSt9nothrow_t, (size_t size, size_t align, const void *nothrow),
    (size, align, nothrow))

DELETE(_ZdlPv, (void *block), (block))
DELETE(_ZdaPv, (void *block), (block))
DELETE(_ZdlPvm, (void *block, size_t size), (block, size))
DELETE(_ZdaPvm, (void *block, size_t size), (block, size))
DELETE(_ZdlPvRKSt9nothrow_t, (void *block, const void *nothrow), (block, nothrow))
DELETE(_ZdaPvRKSt9nothrow_t, (void *block, const void *nothrow), (block, nothrow))
DELETE(_ZdlPvSt11align_val_t, (void *block, size_t align), (block, align))
DELETE(_ZdaPvSt11align_val_t, (void *block, size_t align), (block, align))
DELETE(_ZdlPvmSt11align_val_t, (void *block, size_t size, size_t align), (block, size, align))
DELETE(_ZdaPvmSt11align_val_t, (void *block, size_t size, size_t align), (block, size, align))
DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t, (void *block, size_t align, const void *nothrow),
       (block, align, nothrow))
DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t, (void *block, size_t align, const void *nothrow),
       (block, align, nothrow))

/* Every operator, for what is done to all of them. */
#define EACH(DO)                                                                                   \
    DO(_Znwm)                                                                                      \
    DO(_Znam)                                                                                      \
    DO(_ZnwmRKSt9nothrow_t)                                                                        \
    DO(_ZnamRKSt9nothrow_t)                                                                        \
    DO(_ZnwmSt11align_val_t)                                                                       \
    DO(_ZnamSt11align_val_t)                                                                       \
    DO(_ZnwmSt11align_val_tRKSt9nothrow_t)                                                         \
    DO(_ZnamSt11align_val_tRKSt9nothrow_t)                                                         \
    DO(_ZdlPv)                                                                                     \
    DO(_ZdaPv)                                                                                     \
    DO(_ZdlPvm)                                                                                    \
    DO(_ZdaPvm)                                                                                    \
    DO(_ZdlPvRKSt9nothrow_t)                                                                       \
    DO(_ZdaPvRKSt9nothrow_t)                                                                       \
    DO(_ZdlPvSt11align_val_t)                                                                      \
    DO(_ZdaPvSt11align_val_t)                                                                      \
    DO(_ZdlPvmSt11align_val_t)                                                                     \
    DO(_ZdaPvmSt11align_val_t)                                                                     \
    DO(_ZdlPvSt11align_val_tRKSt9nothrow_t)                                                        \
    DO(_ZdaPvSt11align_val_tRKSt9nothrow_t)

/* Of this library, by the linker. */
extern ElfW(Dyn) _DYNAMIC[] __attribute__((visibility("hidden")));
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

/* Not every loader relocates them. */
static void *pointer_of(const ElfW(Dyn) * entry)
{
    uintptr_t address = entry->d_un.d_ptr, base = (uintptr_t)&__ehdr_start;
    return (void *)(address < base ? address + base : address);
}

/* How the segment with this address is mapped: some linkers put .dynsym beside code. */
static int protection_at(const void *address)
{
    const char *base = (const char *)&__ehdr_start;
    const ElfW(Phdr) *header = (const ElfW(Phdr) *)(base + __ehdr_start.e_phoff);
    for (unsigned n = __ehdr_start.e_phnum; n-- > 0; header++)
        if (header->p_type == PT_LOAD &&
            (uintptr_t)address - (uintptr_t)base - header->p_vaddr < header->p_memsz)
            return PROT_READ | (header->p_flags & PF_X ? PROT_EXEC : 0);
    return PROT_READ;
}

static bool is_operator(const ElfW(Sym) * symbol, const char *names)
{
    const char *name = names + symbol->st_name;
    return symbol->st_shndx != SHN_UNDEF && symbol->st_value != 0 &&
           (strncmp(name, "_Zn", 3) == 0 || strncmp(name, "_Zd", 3) == 0);
}

/* The loader passes over a symbol without a value.  Nobody looks one of these up at this
 * moment: threads allocate before they run, and the first allocation brought us here. */
static void vanish(void)
{
    ElfW(Sym) *symbols = NULL;
    const char *names = NULL;
    const ElfW(Word) *hash = NULL;
    for (const ElfW(Dyn) *d = _DYNAMIC; d->d_tag != DT_NULL; d++) {
        if (d->d_tag == DT_SYMTAB)
            symbols = pointer_of(d);
        else if (d->d_tag == DT_STRTAB)
            names = pointer_of(d);
        else if (d->d_tag == DT_HASH)
            hash = pointer_of(d);
    }
    if (!symbols || !names || !hash)
        return;
    size_t count = hash[1], first = 1; /* nchain: one entry a symbol */
    while (first < count && !is_operator(&symbols[first], names))
        first++;
    uintptr_t from = (uintptr_t)&symbols[first] & -(uintptr_t)getauxval(AT_PAGESZ);
    size_t bytes = (uintptr_t)(symbols + count) - from;
    int protection = protection_at(symbols);
    if (first == count || mprotect((void *)from, bytes, protection | PROT_WRITE) != 0)
        return;
    for (size_t i = first; i < count; i++)
        if (is_operator(&symbols[i], names))
            symbols[i].st_value = 0;
    mprotect((void *)from, bytes, protection);
}

/* libstdc++'s and libc++'s end in malloc. */
static bool calls_malloc(const char *object)
{
    const char *slash = strrchr(object, '/');
    const char *name = slash ? slash + 1 : object;
    return strncmp(name, "libstdc++.so", 12) == 0 || strncmp(name, "libc++", 6) == 0;
}

void operators_resolve(void)
{
    const char *object;
    bool counted = false;
    thread.internal++;
#define FIND(symbol)                                                                               \
    if ((*(void **)&symbol##_next = symbols_next(#symbol, SYMBOLS_CXX, &object)))                  \
        counted |= !calls_malloc(object);
    EACH(FIND)
    /* What was bound to ours before this goes on through them. */
#define CHOOSE(symbol)                                                                             \
    if (symbol##_next)                                                                             \
        symbol##_call = counted ? symbol##_counted : symbol##_next;
    EACH(CHOOSE)
    if (!counted || !_Znwm_next)
        vanish();
    thread.internal--;
}
