# SPDX-License-Identifier: Apache-2.0
# Profiles of others and strange ones: other values, differences, no samples, no names, nothing
# live; several that do not go together.
. "$SRC/tests/lib.sh"
make_profile() {
    /usr/bin/python3 "$SRC/tests/tools/make_profile.py" "$@"
}
rows() {
    sed '1,/flat%/d' | sed 's/^ *//; s/  */ /g'
}
same() {
    pprof -top "$@" 2>/dev/null | rows >wanted
    "$MEMPROF" top --wrappers=listed "$1" | rows >got
    [[ -s wanted ]] || fail "pprof prints nothing of $1"
    diff wanted got || fail "memprof top (>) is not pprof -top (<) of $1"
}
make_profile cpu.pb.gz types=samples/count,cpu/nanoseconds default=cpu <<'STACKS'
3,30000000 leaf@/a/./x.c:10;work@/a/../b/x.c:20;main
2,20000000 work@/b/x.c:21;main
1,10000000 ^inlined;main
STACKS
same cpu.pb.gz
pprof -top -lines cpu.pb.gz 2>/dev/null | rows >wanted
"$MEMPROF" top --by=line cpu.pb.gz | rows >got
diff wanted got || fail "lines"
make_profile difference.pb.gz <<'STACKS'
-5000 freed;main
3000 grown;main
-1 little;main
STACKS
same difference.pb.gz
make_profile nameless.pb.gz <<'STACKS'
5 !/lib/a.so;main
6 !/lib/b.so;!/lib/a.so;main
7 ;main
STACKS
same nameless.pb.gz
has got '\[a.so\]$'
has got '<unknown>$'
"$MEMPROF" top --stacks --no-header nameless.pb.gz >stacks
has stacks '^      0x[0-9a-f]+ +in b.so$'
: | make_profile empty.pb.gz
"$MEMPROF" top empty.pb.gz >none
has none 'alloc_space is 0 everywhere'
for view in --stacks --by=module --per-file; do
    "$MEMPROF" top $view empty.pb.gz >none || fail "$view of an empty profile"
done
# Nothing is live: what was allocated is shown, and a line says so; not where a type was asked for.
make_profile dead.pb.gz types=alloc_space/bytes,inuse_space/bytes default=inuse_space <<'STACKS'
70,0 work;main
STACKS
"$MEMPROF" top dead.pb.gz >shown
has shown '^Type: alloc_space$'
has shown '^inuse_space is 0 everywhere .*: this is alloc_space$'
has shown '70B .* work$'
"$MEMPROF" top -s inuse_space dead.pb.gz >shown
has shown '^Type: inuse_space$'
# A profile with other values is not added to these, but shown beside them.
refused 2 '^memprof top: cpu.pb.gz: its values are of other types .*; try --per-file' "$MEMPROF" top dead.pb.gz cpu.pb.gz
"$MEMPROF" top --per-file dead.pb.gz cpu.pb.gz >each
has each '^==> cpu.pb.gz <==$'
has each '30ms .* leaf$'
refused 2 "dead.pb.gz: has no values of the type 'cpu'; it has: alloc_space, inuse_space" "$MEMPROF" top -s cpu dead.pb.gz
# What matches nothing is said, and is no success where nothing is left.
is status 1 "$(status_of "$MEMPROF" top --focus=nothing dead.pb.gz)"
has err "^memprof top: --focus: no function, source file or module matches 'nothing'"
is status 0 "$(status_of "$MEMPROF" top --hide=nothing dead.pb.gz)"
has err "^memprof top: --hide: no function"
is status 1 "$(status_of "$MEMPROF" top --callers=nothing dead.pb.gz)"
refused 2 "^memprof top: --hide: 'a\[' is not a regular expression: missing \]: \[; put a" "$MEMPROF" top '--hide=a[' dead.pb.gz
# An expression of a foreign profile cannot keep us busy.
make_profile slow.pb.gz drop='((a*)*)*b|(x+x+)+y' <<<"5 $(printf 'a%.0s' {1..3000});main"
"$MEMPROF" top --wrappers=listed slow.pb.gz >shown
has shown '5B .* a+$'
