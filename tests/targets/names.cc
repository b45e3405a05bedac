// SPDX-License-Identifier: Apache-2.0
// build: -O2 -ldl -Wno-unused-result
//
// Every allocation here has a frame whose function, file and line are known: a line
// with EXPECT says which function must be reported at that very line.
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>

#define NOINLINE __attribute__((noinline, noclone))
#define KEEP(p)  asm volatile("" : : "r"(p) : "memory")

namespace
{
NOINLINE void *in_anonymous_namespace()
{
    void *volatile p = malloc(1001); // EXPECT (anonymous namespace)::in_anonymous_namespace()
    return p;
}
} // namespace

static NOINLINE void *a_static_function(int count)
{
    void *volatile p = malloc(1002 * count); // EXPECT a_static_function(int)
    return p;
}

// There is no linkage name for a local function that was inlined.
#define INLINE inline __attribute__((always_inline))
static INLINE void *innermost_inlined()
{
    void *volatile p = malloc(1003); // EXPECT innermost_inlined()
    return p;
}
namespace shapes
{
INLINE void *middle_inlined(int)
{
    return innermost_inlined(); // EXPECT shapes::middle_inlined(int)
}
} // namespace shapes
NOINLINE void *holds_inlined()
{
    return shapes::middle_inlined(1); // EXPECT holds_inlined()
}

template <typename T, int N> struct box {
    static NOINLINE void *make()
    {
        void *volatile p = malloc(N); // EXPECT box<char, 1004>::make() | box<double, 1005>::make()
        return p;
    }
};

NOINLINE void neighbours()
{
    void *volatile first = malloc(1006);  // EXPECT neighbours()
    void *volatile second = malloc(1007); // EXPECT neighbours()
    KEEP(first);
    KEEP(second);
}

[[noreturn]] NOINLINE void allocates_and_leaves()
{
    void *volatile p = malloc(1008); // EXPECT allocates_and_leaves()
    KEEP(p);
    exit(0);
}

// The call is the function's last instruction: the return address lies in the next function.
NOINLINE void ends_in_noreturn_call()
{
    allocates_and_leaves(); // EXPECT ends_in_noreturn_call()
}
NOINLINE void comes_after_it()
{
    puts("never");
}

struct widget {
    char body[1009];
    NOINLINE widget *clone() const
    {
        widget *volatile p = new widget(*this); // EXPECT widget::clone() const
        return p;
    }
    NOINLINE widget &operator+=(int n)
    {
        void *volatile p = malloc(1010 + n); // EXPECT widget::operator+=(int)
        KEEP(p);
        return *this;
    }
};

int main(int argc, char **argv)
{
    KEEP(in_anonymous_namespace());
    KEEP(a_static_function(argc > 1 ? 1 : 2));
    KEEP(holds_inlined());
    KEEP((box<char, 1004>::make()));
    KEEP((box<double, 1005>::make()));
    neighbours();
    widget one{};
    KEEP(one.clone());
    one += 1;
    for (int n = 1; n < argc; n++) {
        void *library = dlopen(argv[n], RTLD_NOW);
        if (!library) {
            fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
        reinterpret_cast<void (*)()>(dlsym(library, "plugin_entry"))();
        dlclose(library);
    }
    ends_in_noreturn_call();
    comes_after_it();
}
