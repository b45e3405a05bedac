# SPDX-License-Identifier: Apache-2.0
# What another optimization, directory, line or a lambda above changes in stacks and names makes
# no new or gone site; a renamed function is offered as one.
. "$SRC/tests/lib.sh"
need g++
export MEMPROF_INTERVAL=1
mkdir one two
cat >one/program.cc <<'CODE'
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>
#ifdef LAMBDA
static int odd(int n) { return [](int k) { return k & 1; }(n); }
#endif
static void *volatile sink;
template <typename T> static void fill(std::vector<T> &v, int n) { for (int i = 0; i < n; i++) v.push_back(T(i)); }
__attribute__((noinline)) static void OLD_NAME(int n) { sink = malloc(n); free(sink); }
int main() {
    auto make = [](int n) { return std::string(n, 'x'); };
    std::vector<double> numbers;
    fill(numbers, 1000);
    for (int i = 0; i < 100; i++) { std::string text = make(40 + i); OLD_NAME(1000 + (int)text.size() % 2); }
#ifdef LAMBDA
    return odd(2);
#endif
    return 0;
}
CODE
(for _ in 1 2 3 4 5 6 7 8 9 10; do echo "// a line"; done; cat one/program.cc) >two/program.cc
build() { # DIRECTORY NAME FLAG...
    (cd "$1" && "${CXX_OF:-g++}" -g "${@:3}" -o program program.cc)
    profiled "$1/program" >/dev/null && mv "$(one $(profiles))" "$2.pb.gz"
}
build one base -O2 -DOLD_NAME=use_buffer
changed() {
    "$MEMPROF" diff --format=json "$1" "$2" | /usr/bin/python3 -c '
import json, sys
for site in json.load(sys.stdin)["sites"]["changed"]:
    print(site["kind"], site["stack"][0]["function"], "renamed" if "perhaps_renamed" in site else "")'
}
build two lines -O2 -DOLD_NAME=use_buffer
build one O1 -O1 -DOLD_NAME=use_buffer
build one O3 -O3 -DOLD_NAME=use_buffer
build one lto -O2 -flto -DOLD_NAME=use_buffer
build one lambda -O2 -DLAMBDA -DOLD_NAME=use_buffer
for other in lines O1 O3 lto lambda; do
    is "sites changed by $other" "" "$(changed base.pb.gz $other.pb.gz)"
done
if part_needs clang++; then
    CXX_OF=clang++ build one clang -O2 -DOLD_NAME=use_buffer
    is "sites that are new or gone with clang" "" "$(changed base.pb.gz clang.pb.gz | grep -E '^(new|gone)' || true)"
fi
build one renamed -O2 -DOLD_NAME=use_buffers
is "a renamed function" "gone use_buffer(int) renamed
new use_buffers(int) renamed" "$(changed base.pb.gz renamed.pb.gz | sort)"
