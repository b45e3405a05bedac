# SPDX-License-Identifier: Apache-2.0
# A program of a hundred files (memprof itself) with a block leaked by each sample that it reads, or with each name
# copied once too often: the function with the mistake is the first row.  `make releases` does it with redis-server
# and sqlite3.
# slow: 20
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_CACHE=off
unset MAKEFLAGS MAKELEVEL
link=$(make -C "$SRC" -n -W tools/memprof.c B="$B" "$B/memprof" | grep -- "-o $B/memprof ")
# mistake NAME FUNCTION_REGEX CODE: the program with CODE at the beginning of a function of profile.c.
mistake() {
    mkdir "$1"
    awk -v regex="$2" -v code="$3" '{ print } $0 ~ regex { seen = 1 } seen && /^{/ { print code; seen = 0; done++ }
        END { exit done != 1 }' "$SRC/collector/profile/profile.c" >"$1/profile.c" || fail "no function matches $2"
    gcc -std=gnu11 -O2 -g -D_GNU_SOURCE -w -I"$SRC" -c -o "$1/profile.o" "$1/profile.c"
    (here=$PWD && cd "$SRC" && eval "${link/-o $B\/memprof/-o $here/$1/memprof $here/$1/profile.o}")
}
mistake good '^uint32_t profile_add_sample\(' ''
mistake leak '^uint32_t profile_add_sample\(' '    static void *volatile leaked; leaked = malloc(48);'
mistake copy '^uint32_t profile_intern_string_n\(' '    free(strndup(text, length));'
for i in {1..2000}; do
    echo "$i,$((i * 100)),0,0 function_$((i % 400))@file$((i % 50)).c:$i!prog;caller_$i@file$i.c:3!prog;main@m.c:1!prog"
done >rows
for profile in one two; do
    /usr/bin/python3 "$SRC/tests/tools/make_profile.py" $profile.pb.gz types=alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes <rows
done
for side in good leak copy; do
    mkdir runs.$side
    for run in 1 2 3; do
        profiled $side/memprof merge -o sum.pb.gz one.pb.gz two.pb.gz && mv "$(profile_of memprof)" runs.$side/$run.pb.gz
    done
done
first() { # SIDE VALUE: the first row, when the gate on a value fails
    is "status of $1" 1 "$(status_of "$MEMPROF" diff --fail-on="$2:+0.1%" --output=json=json runs.good -- runs.$1)"
    jq -r '[.sites.changed[0].stack[].function] - ["strndup"] | first' json
}
is "what leaks" profile_add_sample "$(first leak inuse_space)"
has out '^Where: most at profile_add_sample \(profile.c:[0-9]+\), \+.*kB'
is "what is copied" profile_intern_string_n "$(first copy alloc_space)"
is "status of what is the same" 0 "$(status_of "$MEMPROF" diff --fail-on=alloc_space:+0.1% runs.good -- runs.good)"
