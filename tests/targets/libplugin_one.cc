// SPDX-License-Identifier: Apache-2.0
// build: -Wl,-soname,libplugin_one.so
#include <cstdlib>

static __attribute__((noinline)) void plugin_one_work()
{
    void *volatile p = malloc(2001); // EXPECT plugin_one_work()
    (void)p;
}
extern "C" void plugin_entry();
extern "C" void plugin_entry()
{
    plugin_one_work(); // EXPECT plugin_entry
    asm volatile("");
}
