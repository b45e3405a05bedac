# SPDX-License-Identifier: Apache-2.0
# slow: 60
# The compiler proper is cc1plus, started by g++: the same object file, and its profile exists.
. "$SRC/tests/lib.sh"
need g++
cat >small.cc <<'CC'
#include <map>
#include <string>
int count(const std::string &s) { std::map<char, int> m; for (char c : s) m[c]++; return m.size(); }
CC
cat >large.cc <<'CC'
#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <string>
#include <tuple>
#include <vector>
template <int N> struct step { using type = std::tuple<std::integral_constant<int, N>, typename step<N - 1>::type>; };
template <> struct step<0> { using type = int; };
template <int... N> int all(std::integer_sequence<int, N...>) { return (sizeof(typename step<N>::type) + ...); }
int many() { return all(std::make_integer_sequence<int, 120>{}); }
bool match(const std::string &s) { return std::regex_search(s, std::regex("a(b|c)*d")); }
std::map<std::string, std::vector<std::function<int(int)>>> table;
void sort_all() { for (auto &row : table) std::stable_sort(row.second.begin(), row.second.end(), [](auto &a, auto &b) { return a(1) < b(2); }); }
CC
work() {
    $RUN g++ -O2 -c "../$1.cc" -o out.o
    cat out.o
    $RUN g++ -O2 -c ../no-such-file.cc -o none.o
}
compare work cc1plus 512K:large 64K:small 1:small
