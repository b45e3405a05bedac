/* SPDX-License-Identifier: Apache-2.0
 * build: -O1
 * machine: x86_64
 *
 * A signal interrupts `touches` at the first instruction of a known line; the handler
 * allocates.  The interrupted frame's pc is that instruction, not a return address.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

static int *page;

static void handler(int number)
{
    void *volatile block = malloc(3001); // EXPECT handler
    (void)block;
    (void)number;
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

__attribute__((noinline)) static void touches(int *there)
{
    __asm__ volatile("nop");
    __asm__ volatile("movl $1, (%0)" : : "r"(there) : "memory"); // EXPECT touches
    __asm__ volatile("nop");
}

int main(void)
{
    page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    signal(SIGSEGV, handler);
    touches(page); // EXPECT main
    return 0;
}
