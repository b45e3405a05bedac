/* SPDX-License-Identifier: Apache-2.0
 *
 * What the collector and the tools have to know of the architecture: names, no code.
 */
#ifndef MEMPROF_ARCH_MACHINE_H
#define MEMPROF_ARCH_MACHINE_H

#define ARCH_ELF_MACHINE EM_X86_64         /* elf.h */
#define ARCH_AUDIT       AUDIT_ARCH_X86_64 /* linux/audit.h */

/* Of a system call that was trapped, in the context that its handler gets (ucontext.h). */
#define ARCH_CALL_RESULT(context)     (context)->uc_mcontext.gregs[REG_RAX]
#define ARCH_CALL_ARGUMENT_0(context) (context)->uc_mcontext.gregs[REG_RDI]
#define ARCH_CALL_ARGUMENT_1(context) (context)->uc_mcontext.gregs[REG_RSI]
#define ARCH_CALL_ARGUMENT_2(context) (context)->uc_mcontext.gregs[REG_RDX]

/* A relocation that puts a function's address into a slot through which it is called. */
#define ARCH_IS_SLOT(type) ((type) == R_X86_64_JUMP_SLOT || (type) == R_X86_64_GLOB_DAT)

#endif
