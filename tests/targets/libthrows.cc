// SPDX-License-Identifier: Apache-2.0
//
// Throws, catches, and uses new and delete of its libstdc++.
#include <new>
#include <stdexcept>
#include <string>

extern "C" int plugin_run();
extern "C" int plugin_run()
{
    int caught = 0;
    for (int n = 0; n < 1000; n++) {
        try {
            auto *text = new std::string(n, 'x');
            size_t length = text->size();
            delete text;
            throw std::runtime_error(std::to_string(length));
        } catch (const std::exception &error) {
            caught += std::stoi(error.what());
        }
    }
    try {
        volatile size_t huge = ~(size_t)0 / 2;
        operator delete(operator new(huge));
    } catch (const std::bad_alloc &) {
        caught++;
    }
    return caught;
}
