/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/advise/static_root.h"
#include "collector/advise/name_list.h"
#include "collector/advise/place.h"

static const struct {
    const char *words, *functions;
} roots[] = {
    {"constructors that run before main",
     "call_init|_dl_init|__libc_csu_init|_GLOBAL__sub_I_*|__static_initialization_and_destruction_"
     "0|"
     "__cxx_global_var_init*|__cxx_global_array_dtor*|frame_dummy"},
    {"std::locale",
     "std::locale::locale|std::locale::classic|std::locale::global|std::locale::_S_initialize*|"
     "std::locale::_Impl::_Impl|std::ios_base::Init::Init"},
    {"setlocale", "setlocale|_nl_find_locale|_nl_load_locale*"},
    {"what is done once",
     "pthread_once|__pthread_once|__pthread_once_slow|___pthread_once|call_once|"
     "std::call_once<*|std::sync::once::*|std::sync::poison::once::*|std::sys::sync::once::*|"
     "std::sync::once_lock::*|std::rt::init*|std::sys_common::rt::init*"},
};

static const char *root_of(const char *name)
{
    for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++)
        if (advise_is_one_of(roots[i].functions, name))
            return roots[i].words;
    return NULL;
}

/* The innermost one. */
const char *static_root_of(const struct profile *profile, uint32_t leaf)
{
    for (uint32_t node = leaf; node != 0; node = profile->nodes.items[node].parent)
        for (uint32_t line = 0; line < advise_lines(profile, node); line++) {
            const struct advise_place place = advise_place_of(profile, node, line);
            const char *root = root_of(advise_unqualified(place.function));
            if (root)
                return root;
        }
    return NULL;
}
