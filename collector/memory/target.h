/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks into the memory of a process that runs on: which pages of it are there, and what stands in
 * some of them.  Nothing is written, and no page is asked for that is not there.
 */
#ifndef MEMPROF_COLLECTOR_MEMORY_TARGET_H
#define MEMPROF_COLLECTOR_MEMORY_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct target {
    pid_t pid;
    int pagemap;          /* -1: closed to us */
    uint64_t page_bytes;  /* of this system */
    uint64_t stack_bytes; /* of a thread for which nothing else was asked; 0: not known */
};

void target_open(struct target *target, pid_t pid);
void target_close(struct target *target);

/* The bytes of a range that lie in resident pages; false: it is not to be known.  A page of
 * zeros that was only read counts, though it does not in smaps. */
bool target_resident(const struct target *target, uint64_t start, uint64_t end, uint64_t *bytes);

/* For as many pages as `flags` has room for, from `start` on: whether each is resident. */
bool target_pages(const struct target *target, uint64_t start, bool *flags, size_t count);

/* Copies from its memory; false: it is closed to us, or not there. */
bool target_read(const struct target *target, uint64_t address, void *to, size_t bytes);

/* The first 16 bytes of each page that is flagged; of one that cannot be read, and of others,
 * zeros. */
struct target_head {
    uint64_t words[2];
};
void target_heads(const struct target *target, uint64_t start, const bool *flags,
                  struct target_head *heads, size_t count);

/* The stack pointers of its threads, as far as they are to be had: a thread that runs has none. The
 * caller frees them; NULL: none.  *threads is how many there are. */
uint64_t *target_stack_pointers(const struct target *target, size_t *count, size_t *threads);

#endif
