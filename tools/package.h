/* SPDX-License-Identifier: Apache-2.0
 *
 * Which Debian package a file is from.
 */
#ifndef MEMPROF_TOOLS_PACKAGE_H
#define MEMPROF_TOOLS_PACKAGE_H

/* The package that has the debug information of this file, as dpkg knows its owner:
 * "libxml2-dbgsym"; the caller frees it.  NULL: no dpkg here, or nobody owns the file. */
char *package_of_debug_information(const char *file);

#endif
