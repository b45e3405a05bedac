# SPDX-License-Identifier: Apache-2.0
# A function that ends in a jump to the next one is no frame on the stack.  Where debug information
# leaves one chain, its functions are put back as if they were inlined at the call; with loops,
# forks, pointers, functions nobody knows, nothing is.  gcc and clang, DWARF 4 and 5, one file or
# several, LTO, C++; the same from the cache.
. "$SRC/tests/lib.sh"
need gcc g++
SOURCES="$SRC/tests/targets/tails"
# tail_is BYTES FRAMES...: the only stack of blocks of that size begins so: NAME or NAME@FILE:LINE; each.
tail_is() {
    local size=$1 frame regex=
    shift
    for frame; do
        [[ $frame == *@* ]] || frame+='@[^ ]*'
        regex+=" $frame"
    done
    has dumped "^1 $size 1 $size bytes=[0-9]+bytes$regex main@"
}
line() { # FILE MARK: FILE:LINE of a mark
    echo ".*$1:$(grep -n "/\* $2 \*/" "$SOURCES/$1" | cut -d: -f1)"
}
expected() {
    tail_is 1001 "xmalloc@$(line b.c XMALLOC)" "work@$(line a.c WORK)"
    tail_is 1002 "xmalloc@$(line b.c XMALLOC)" "layer@$(line a.c LAYER)" work
    tail_is 1003 "get@$(line a.c GET_A)" work
    tail_is 1004 "get@$(line b.c GET_B)" "get_b@$(line b.c CALL_B)" work
    tail_is 1005 inner "entry@$(line a.c ENTRY)" work
    tail_is 1006 work # a loop
    tail_is 1007 work # a fork
    tail_is 1008 "pick@.*a.c:0" work # two jumps in one function
    tail_is 1009 work # through a pointer
    tail_is 1010 work # what another library does is not known
    tail_is 1011 work # nor what a function without debug information does
    tail_is 1012 "soft@$(line a.c SOFT)" hard work
    tail_is 1013 deep hop "route@.*" work
    tail_is 1014 flat "route@.*" work
    tail_is 1015 inner work # called as it stands there
    tail_is 1016 recurse "entry_of_recurse@.*" work
}
run=0
built_with() { # COMPILER FLAGS...
    local compiler=$1 out=run$((++run))
    shift
    "$compiler" -w -g0 -O2 -c "$SOURCES/blind.c" -o blind.o
    "$compiler" -w -O2 "$@" "$SOURCES/a.c" "$SOURCES/b.c" blind.o -o built
    MEMPROF_INTERVAL=1 MEMPROF_OUT=$out.pb.gz profiled ./built
    valid $out.pb.gz
    dump $out.pb.gz >dumped
    (expected) || fail "$compiler $*"
}
export MEMPROF_CACHE=$PWD/cache
built_with gcc -gdwarf-5
built_with gcc -gdwarf-5 # recalled
MEMPROF_CACHE=off
built_with gcc -gdwarf-4
built_with gcc -gdwarf-5 -flto
built_with gcc -gdwarf-5 -fcf-protection -fno-plt -Wl,-z,now -no-pie
built_with gcc -gdwarf-5 -gsplit-dwarf
# Debug information in a file of its own; without it there is nothing to go by.
built_with gcc -gdwarf-5 -Wl,--build-id
objcopy --only-keep-debug built built.debug
objcopy --strip-debug --add-gnu-debuglink=built.debug built
MEMPROF_INTERVAL=1 MEMPROF_OUT=apart.pb.gz profiled ./built
dump apart.pb.gz >dumped
expected
rm built.debug
MEMPROF_INTERVAL=1 MEMPROF_OUT=none.pb.gz profiled ./built
dump none.pb.gz >dumped
tail_is 1001 work
# In C++ the next frame is in another library: operator new.
g++ -w -O2 -g "$SOURCES/new.cc" -o built
MEMPROF_INTERVAL=1 MEMPROF_OUT=new.pb.gz profiled ./built
dump new.pb.gz >dumped
has dumped '^1 2001 .* operator_new\(unsigned_long\)@[^ ]* a::make\(unsigned_long\)@[^ ]*new\.cc:[0-9]+ main@'
has dumped '^1 2002 .* b::make\(unsigned_long\)@[^ ]*new\.cc:[0-9]+ main@'
# go tool pprof shows them as frames of their own; xmalloc is one of those that it leaves out.
if part_needs go; then
    pprof -traces run1.pb.gz >traces 2>/dev/null
    tr -s ' \n' ' ' <traces >joined
    has joined 'deep hop \(inline\) route \(inline\) work main .*flat route \(inline\) work main '
    has joined ' layer \(inline\) work main '
fi
for compiler in clang-19 clang; do
    # Before 16 clang did not tell calls of functions that it knows, as malloc.
    command -v $compiler >/dev/null && [[ $($compiler -dumpversion) != 1[0-5].* ]] || continue
    built_with $compiler -gdwarf-5
    built_with $compiler -gdwarf-4
    exit 0
done
part_skipped "clang 16 or later is not installed"
