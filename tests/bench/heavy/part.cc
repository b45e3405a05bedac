/* SPDX-License-Identifier: Apache-2.0
 *
 * C++: 256 functions that call one another as a walk tells them to, each through an
 * inlined one, in an object that is full of the standard library's debug info.
 */
#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <regex>
#include <string>
#include <unordered_map>
#include <vector>

extern "C" void *walk_on(void *walk);

__attribute__((used)) static bool full_of_debug_info(const std::string &s)
{
    std::map<std::string, std::vector<std::function<int(int)>>> table;
    std::unordered_map<int, std::string> other{{1, s}};
    std::mt19937 random(table.size());
    std::stringstream out;
    out << other[1] << random();
    return std::regex_search(out.str(), std::regex("a(b|c)*d"));
}

namespace
{
template <int N> __attribute__((always_inline)) inline void *inlined(void *walk)
{
    void *volatile block = walk_on(walk);
    return block;
}
template <int N> __attribute__((noinline)) void *step(void *walk)
{
    void *volatile block = inlined<N>(walk);
    return block;
}
} // namespace

typedef void *walker(void *);
#define STEPS_4(n)  step<n>, step<n + 1>, step<n + 2>, step<n + 3>
#define STEPS_16(n) STEPS_4(n), STEPS_4(n + 4), STEPS_4(n + 8), STEPS_4(n + 12)
#define STEPS_64(n) STEPS_16(n), STEPS_16(n + 16), STEPS_16(n + 32), STEPS_16(n + 48)
extern "C" walker *const part_walkers[256] = {STEPS_64(0), STEPS_64(64), STEPS_64(128),
                                              STEPS_64(192)};
