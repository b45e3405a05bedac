// SPDX-License-Identifier: Apache-2.0
// build: -Wl,-soname,libplugin_two.so
#include <cstdlib>

// Padding: nothing here lies where the first plugin has it.
extern "C" int plugin_padding(int);
extern "C" int plugin_padding(int n)
{
    return n * 3 + (n >> 2) * (n ^ 5);
}
static __attribute__((noinline)) void plugin_two_work()
{
    void *volatile p = malloc(2002); // EXPECT plugin_two_work()
    (void)p;
}
extern "C" void plugin_entry();
extern "C" void plugin_entry()
{
    plugin_two_work(); // EXPECT plugin_entry
    asm volatile("");
}
