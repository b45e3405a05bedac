# SPDX-License-Identifier: Apache-2.0
# The same C++ program and the same Rust crate, built by two compilers, at every level, in another directory, with
# comments, with a lambda and a local class above: with and without debug information no site and no function is new,
# gone, or changed, and it is said which were folded.
# slow: 90
. "$SRC/tests/lib.sh"
need g++
export MEMPROF_INTERVAL=1
mkdir one two
cp "$SRC/tests/targets/rebuilt.cc" one/
(printf '// a line\n%.0s' {1..10} && cat one/rebuilt.cc) >two/rebuilt.cc
built() { # NAME DIRECTORY FLAG...
    (cd "$2" && "${CXX_OF:-g++}" "${@:3}" -o rebuilt rebuilt.cc)
    profiled "$2/rebuilt" >out && mv "$(profile_of rebuilt)" "$1.pb.gz"
}
# changed BASE NEW: the changed rows of sites and functions; leaves the rest of the report in ./report.
changed() {
    "$MEMPROF" diff --format=json --output=text=text "$1.pb.gz" "$2.pb.gz" >report
    jq -r '(.sites.changed[] | "site \(.kind) \(.change) \(.stack[0].canonical)"),
           (.functions.changed[] | "function \(.kind) \(.change) \(.function.canonical)")' report
}
unchanged() {
    local rows
    rows=$(changed "$1" "$2")
    is "what changed from $1 to $2" "" "${rows:0:1000}"
    rows=$(changed "$2" "$1")
    is "what changed from $2 to $1" "" "${rows:0:1000}"
}
for debug in -g -g0; do
    built base$debug one $debug -O2
    built lines$debug two $debug -O2
    unchanged base$debug lines$debug
    for level in -O0 -O1 -O3 '-O2 -flto'; do
        built other one $debug $level
        unchanged base$debug other
    done
    built lambda$debug one $debug -O2 -DNEW_LAMBDA
    # Its {1, 2, 3} is a vector of twelve bytes, and that is all.
    is "what changed by a lambda" "" "$(changed base$debug lambda$debug | grep -vE ' (new|grew) 12 ' || true)"
    ! part_needs clang++ || {
        CXX_OF=clang++ built clang one $debug -O2
        unchanged base$debug clang
    }
done
# What was folded is said, by those that have something to say of it: a frame that is gone here.
cat >fold.c <<'CODE'
#include <stdlib.h>
void *volatile kept;
INLINE static void *make(size_t n) { return malloc(n); }
INLINE static void keep(size_t n) { kept = make(n); kept = make(2 * n); }
__attribute__((noinline)) void handle(size_t n) { KEEP; kept = malloc(n); __asm__(""); }
int main(int argc, char **argv) { (void)argv; for (int i = 0; i < 100; i++) handle(100 + EXTRA * argc); __asm__(""); }
CODE
for way in 'noinline 0 apart' 'always_inline,artificial 0 inlined' 'always_inline,artificial 8 grown'; do
    read -r attributes extra name <<<"$way"
    gcc -O1 -fno-optimize-sibling-calls "-DKEEP=keep(n)" -DEXTRA=$extra "-DINLINE=__attribute__((${attributes})) inline" -w fold.c -o folded
    profiled ./folded && mv "$(profile_of folded)" $name.pb.gz
done
unchanged apart inlined
"$MEMPROF" diff apart.pb.gz grown.pb.gz >text
has text '^ +\+3\.12kB +\+8\.00% +grew +handle'
has text '2 sites matched by the path with inlined frames folded: keep and 1 more$'
"$MEMPROF" diff --format=json apart.pb.gz grown.pb.gz >json
is "folds in JSON" "2 keep" "$(jq -r '.sites.changed[] | "\(.folded) \(.folded_function.function)"' json)"
# A function that is not called any more is gone, and not folded into a caller that allocates no more for it.
gcc -O1 -fno-optimize-sibling-calls -DEXTRA=0 '-DINLINE=__attribute__((noinline))' -DKEEP= -w fold.c -o folded
profiled ./folded && mv "$(profile_of folded)" without.pb.gz
is "what is gone" "site gone -30000 make" "$(changed apart without | grep site)"
part_needs /usr/bin/rustc || exit 0
mkdir crate
cat >crate/main.rs <<'CODE'
use std::collections::BTreeMap;
trait Shape { fn name(&self) -> String; }
struct Round { radius: u32 }
impl Shape for Round { fn name(&self) -> String { format!("a round thing of radius {}", self.radius) } }
fn parse(line: &str) -> Vec<String> { line.split(',').map(|cell| cell.trim().to_string()).collect() }
fn make(radius: u32) -> Box<dyn Shape> { Box::new(Round { radius }) }
fn main() {
    #[cfg(above)]
    let _above: u32 = (0..3).map(|n| n + 1).sum();
    let mut groups: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for i in 0..200 {
        let row = parse(&format!("key {}, a value {}, {}", i % 7, i, i * 31));
        groups.entry(row[0].clone()).or_default().push(row);
    }
    let names: Vec<String> = (0..50).map(|n| make(n).name()).collect();
    println!("{} {}", groups.len(), names.len());
}
CODE
crate() { # NAME FLAG...
    /usr/bin/rustc --edition 2018 -C debuginfo=0 "${@:2}" -o crate/shapes crate/main.rs 2>rustc.err || { cat rustc.err; fail "rustc"; }
    profiled crate/shapes >out && mv "$(profile_of shapes)" "$1.pb.gz"
}
crate rust2 -C opt-level=2
crate rust3 -C opt-level=3
crate rustg -C opt-level=2 -C debuginfo=2
crate rusthash -C opt-level=2 -C metadata=another
crate rustabove -C opt-level=2 --cfg above
for other in rust3 rusthash rustabove; do
    unchanged rust2 $other
done
is "what is new or gone with debug information" "" "$(changed rust2 rustg | grep -E 'new|gone' || true)"
