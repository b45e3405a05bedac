# SPDX-License-Identifier: Apache-2.0
# Symbols of more than 1024 bytes, which libiberty refuses by itself, and D's.
. "$SRC/tests/lib.sh"
need g++
for count in 40 400 900; do # types in a name: 1.4, 13 and 29 KiB
    {
        echo '#include <cstdlib>'
        for ((i = 0; i < count; i++)); do echo "struct argument_of_the_function_$((10000 + i)) {};"; done
        echo 'template <class... T> __attribute__((noinline)) void *make_all()'
        echo '{ void *volatile p = malloc(100002); return p; }'
        echo "int main() { make_all<$(for ((i = 0; i < count; i++)); do
            echo "argument_of_the_function_$((10000 + i))"
        done | paste -sd ,)>(); }"
    } >long.cc
    g++ -O1 -w long.cc -o long
    MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled ./long
    dump out.pb.gz | grep -E '^1 100002 ' >dumped
    has dumped " void\*_make_all<argument_of_the_function_10000,_.*_argument_of_the_function_$((9999 + count))>\(\)@"
    rm out.pb.gz
done
part_needs gdc || exit 0
cat >d.d <<'SOURCE'
import core.stdc.stdlib;
class Widget { void* make(size_t n) { return malloc(n); } }
struct Box(T) { T v; void* grow(size_t n) { return malloc(n + T.sizeof); } }
void main() { auto w = new Widget(); w.make(100003); Box!int b; b.grow(100000); }
SOURCE
gdc -O0 d.d -o d
MEMPROF_INTERVAL=1 profiled ./d
dump "$(profile_of d)" >dumped
has dumped '^1 100003 .* d.Widget.make\(ulong\)@'
has dumped '^1 100004 .* d.Box!\(int\).Box.grow\(ulong\)@'
