/* SPDX-License-Identifier: Apache-2.0
 *
 * What a function and a module are called whichever compiler, optimization and directory built
 * them: names that two builds give to one function become equal.  Numbers that a compiler gives
 * out in the order of the source, suffixes of clones and outlined parts, hashes of crates and
 * inline namespaces of standard libraries are left out.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_CANONICAL_H
#define MEMPROF_COLLECTOR_PROFILE_CANONICAL_H

#include <stdbool.h>
#include <stddef.h>

/* Changes a demangled or plain name in place; it never becomes longer, nor empty.
 * `fold_templates`: template arguments are left out too, so that all instances are one. */
void canonical_function(char *name, bool fold_templates);

/* A canonical name without template arguments and parameters, in place. */
void canonical_base_name(char *name);
/* Whether a canonical name is of the C++ or Rust standard library, also where it was compiled into
 * another module. */
bool canonical_is_library(const char *name);

/* The same for a name without a function, as our profiles have them ("libfoo.so.1+0x131640"):
 * true, and `name` is then "libfoo.so [no symbol]", for which it must have room. */
#define CANONICAL_NO_SYMBOL " [no symbol]"
bool canonical_nameless(char *name, size_t capacity);

/* The name of a module's file without directories, " (deleted)" and what follows ".so". */
void canonical_module(char *path);

#endif
