/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands between a program and its memory and says nothing about it.
 */
#ifndef MEMPROF_COLLECTOR_DROP_FRAMES_H
#define MEMPROF_COLLECTOR_DROP_FRAMES_H

/* pprof cuts a name at its first parenthesis and matches what is left as a whole;
 * so a template argument that is a function type or a lambda ends a name early. */
#define DROP_FRAMES                                                                                \
    "malloc|calloc|realloc|reallocarray|aligned_alloc|memalign|valloc|pvalloc|posix_memalign"      \
    "|__libc_(malloc|calloc|realloc|memalign|valloc|pvalloc)"                                      \
    "|operator new|operator new\\[\\]"                                                             \
    "|(__gnu_cxx::new_allocator|__gnu_cxx::__alloc_traits|std::__new_allocator|std::allocator"     \
    "|std::allocator_traits)<.*(>::allocate| |[{]lambda)"                                          \
    "|std::_Vector_base<.*>::_M_allocate"                                                          \
    "|__rust_alloc|__rust_alloc_zeroed|__rust_realloc|__rdl_alloc|__rdl_alloc_zeroed"              \
    "|__rdl_realloc|alloc::alloc::(alloc|alloc_zeroed|realloc|exchange_malloc|Global::alloc_impl)"

#endif
