# SPDX-License-Identifier: Apache-2.0
# Own code is the program and what lies below its directory, in whichever directory each side was
# built; what the C and C++ libraries allocate is that of who calls them.
. "$SRC/tests/lib.sh"
side() { # NAME DIRECTORY OWN REST: profiles of a program there, with objects of its own and others
    for run in 1 2 3; do
        /usr/bin/python3 "$SRC/tests/tools/make_profile.py" "$1$run.pb.gz" period=1 \
            types=alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes <<STACKS
10,10,0,0 main!$2/program
$3,$3,0,0 grow!/lib/x86_64-linux-gnu/libc.so.6;add!$2/lib/libmine.so.2;main!$2/program
$4,$4,0,0 parse!/usr/lib/libxml.so.2;main!$2/program
$4,$4,0,0 copy!/usr/lib/libstdc++.so.6;parse!/usr/lib/libxml.so.2;main!$2/program
5,5,0,0 start!/usr/lib/ld-linux-x86-64.so.2
STACKS
    done
}
gate() { # STATUS GATE CHANGE [ARGUMENT]...
    is "status of $2" "$1" "$(status_of "$MEMPROF" diff --fail-on="$2" "${@:4}" base* -- new*)"
    has out "^Gate .*change $3 exact"
}
side base /build/one 100 200
side new /build/two 103 207
gate 1 own:alloc_objects:+2 '\+3'
gate 0 own:alloc_objects:+3 '\+3'
gate 1 rest:alloc_objects:+13 '\+14'
gate 0 rest:alloc_objects:+14 '\+14'
gate 0 alloc_objects:+17 '\+17'
gate 1 own:alloc_objects:+16 '\+17' --own='^libxml|^libmine|^nothing'
