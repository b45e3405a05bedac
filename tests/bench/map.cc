/* SPDX-License-Identifier: Apache-2.0
 *
 * map N: N operations on a std::map<string, string> of at most 20 000 entries: looks a
 * key up, inserts it when it is missing, and every other time erases it when it is there.
 */
#include "clock.h"

#include <cstdlib>
#include <map>
#include <string>

static std::string text(unsigned number, size_t length)
{
    std::string s = "key:" + std::to_string(number) + ":";
    while (s.size() < length)
        s += "padding ";
    return s;
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 500000;
    unsigned random = 1;
    std::map<std::string, std::string> map;
    double start = cpu_ns();
    for (long n = 0; n < count; n++) {
        unsigned number = next_random(&random) % 20000;
        auto found = map.find(text(number, 12 + number % 24));
        if (found == map.end())
            map.emplace(text(number, 12 + number % 24), text(number * 7, 8 + number % 90));
        else if (n & 1)
            map.erase(found);
    }
    print_cost(start, count);
    return map.empty();
}
