/* SPDX-License-Identifier: Apache-2.0 */
#include "arch_frames.h"

uintptr_t arch_address_bits = (UINT64_C(1) << 48) - 1;

/* XPACLRI, a hint that every processor takes, takes a signature off x30.  What it leaves of a word
 * with all bits but 55 set, by which it tells user space from the kernel's, are the bits that no
 * signature uses.  Where there are no signatures, these are all. */
void arch_return_init(void)
{
    register uintptr_t x30 __asm__("x30") = ~(UINT64_C(1) << 55);
    __asm__("hint #7" : "+r"(x30));
    arch_address_bits = x30 & ~(UINT64_C(0xff80) << 48);
}
