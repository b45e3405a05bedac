// SPDX-License-Identifier: Apache-2.0
//
// Functions of one name that jump to operator new.
#include <cstddef>
#include <new>

namespace a
{
__attribute__((noipa)) void *make(std::size_t n)
{
    return ::operator new(n);
}
} // namespace a

namespace b
{
__attribute__((noipa)) void *make(std::size_t n)
{
    return ::operator new[](n);
}
} // namespace b

void *volatile kept[2];

int main()
{
    kept[0] = a::make(2001);
    kept[1] = b::make(2002);
    return 0;
}
