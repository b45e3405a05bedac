/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether the file that has a module's name now is the one that is mapped.
 */
#ifndef MEMPROF_MODULE_FILE_H
#define MEMPROF_MODULE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Compares with what the kernel says of the mapping at `address`.  Opens and closes a descriptor;
 * false also where the kernel's list cannot be read. */
bool module_file_is_mapped(uintptr_t address, const struct stat *file);

#endif
