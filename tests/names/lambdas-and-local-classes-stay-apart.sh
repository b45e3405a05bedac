# SPDX-License-Identifier: Apache-2.0
# Each lambda and each member of a local class is a function of its own, named by the function
# around it; inlined, where gcc writes no symbol, as the demangler names it where there is one.
# With -g1, which has no types, inlined lambdas are told apart by number.
. "$SRC/tests/lib.sh"
need g++
cat >lambdas.cc <<'SOURCE'
#include <cstdlib>
template <class F> static inline __attribute__((always_inline)) void *call(F f, size_t n) { return f(n); }
#define LAMBDA(extra) call([](size_t k) { void *volatile p = malloc(k + extra); return (void *)p; }, n)
__attribute__((noinline)) void *one(size_t n) { return (char *)LAMBDA(1) + (size_t)LAMBDA(2); }
__attribute__((noinline)) void *two(size_t n) { return LAMBDA(3); }
__attribute__((noinline)) void *three(size_t n)
{
    struct Local { static void *run(size_t k) { void *volatile p = malloc(k + 4); return p; } };
    int extra = 0;
    return call([n, extra](size_t k) mutable { extra++; return Local::run(k + n); }, 0);
}
namespace shapes
{
struct widget {
    __attribute__((noinline)) void *grow(size_t n) const
    {
        return call([](auto k) { void *volatile p = malloc(k + 5); return (void *)p; }, n);
    }
};
} // namespace shapes
int main() { one(100000); two(100000); three(100000); shapes::widget().grow(100000); }
SOURCE
for compiler in g++ clang++; do
    part_needs $compiler || continue
    for level in "-O0 -g" "-O2 -g" "-O0 -g1" "-O2 -g1"; do
        # shellcheck disable=SC2086
        $compiler $level lambdas.cc -o lambdas
        MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled ./lambdas
        dump out.pb.gz | grep -oE '^1 10000[1-5] .*' >dumped
        is "$compiler $level" 5 "$(awk '{ print $6 }' dumped | sed 's/@.*//' | sort -u | wc -l)"
        rm -f out.pb.gz
        [[ $level != "-O2 -g1" ]] || continue # inlined, and no types: only numbers
        has dumped '^1 100004 .* three\(unsigned_long\)::Local::run\(unsigned_long\)@[^ ]* three\(unsigned_long\)::'
        [[ $compiler == g++ ]] || continue
        has dumped '^1 100001 .* one\(unsigned_long\)::\{lambda\(unsigned_long\)#1\}::operator\(\)\(unsigned_long\)_const@'
        has dumped '^1 100002 .* one\(unsigned_long\)::\{lambda\(unsigned_long\)#2\}::operator\(\)\(unsigned_long\)_const@'
        has dumped '^1 100003 .* two\(unsigned_long\)::\{lambda\(unsigned_long\)#1\}::operator\(\)\(unsigned_long\)_const@'
        has dumped '^1 100004 .* three\(unsigned_long\)::\{lambda\(unsigned_long\)#1\}::operator\(\)\(unsigned_long\)@'
        has dumped '^1 100005 .* (auto_)?shapes::widget::grow\(unsigned_long\)_const::\{lambda\('
    done
done
