/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions between a program and its memory that a report leaves out: allocators, and
 * well-known wrappers of them.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_DROP_FRAMES_H
#define MEMPROF_COLLECTOR_PROFILE_DROP_FRAMES_H

/* pprof cuts a name at its first parenthesis and matches what is left as a whole.  A
 * template argument with one in it (a function type, a lambda of f()) ends the name
 * early: so anything after an allocator's "<".  Of its members only allocate() is
 * ever between a program and malloc; the others that could be are templates, whose
 * names begin with what they return. */
#define DROP_FRAMES_ALLOCATORS                                                                     \
    "malloc|calloc|realloc|reallocarray|aligned_alloc|memalign|valloc|pvalloc|posix_memalign"      \
    "|__libc_(malloc|calloc|realloc|memalign|valloc|pvalloc)"                                      \
    "|operator new|operator new\\[\\]"                                                             \
    "|(__gnu_cxx::new_allocator|__gnu_cxx::__alloc_traits|std::__new_allocator|std::allocator"     \
    "|std::allocator_traits|std::__allocated_ptr|std::__allocate_guarded)<.*"                      \
    "|std::_Vector_base<.*>::_M_(allocate|create_storage)"                                         \
    "|std::_Deque_base<.*>::_M_allocate_(map|node)"                                                \
    "|__rust_alloc|__rust_alloc_zeroed|__rust_realloc|__rdl_alloc|__rdl_alloc_zeroed"              \
    "|__rdl_realloc|alloc::alloc::(alloc|alloc_zeroed|realloc|exchange_malloc|Global::alloc_impl)"

/* The names in wrappers.txt, as the build joins them. */
#define DROP_FRAMES DROP_FRAMES_ALLOCATORS "|" DROP_FRAMES_WRAPPERS

#endif
