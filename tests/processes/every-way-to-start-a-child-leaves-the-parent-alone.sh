# SPDX-License-Identifier: Apache-2.0
# vfork with exec, with an exec that fails, with malloc; posix_spawn; clone with and without
# shared memory; _Fork; system and popen: same, and the parent's profile is its own, with and
# without lifetimes.
. "$SRC/tests/lib.sh"
same_with_and_without "$TARGETS/starts"
is "environment of a child" "ONLY=this" "$(grep ^ONLY out | sort -u)"
count_of() {
    echo $#
}
for windows in 0 8; do
    rm -f memprof.* "$MEMPROF_DIR"/*
    MEMPROF_LIFETIMES=$windows MEMPROF_INTERVAL=1 MEMPROF_VERBOSE=0 profiled "$TARGETS/starts" >out
    valid $(profiles)
    parents=0 children=0
    for file in $(profiles 'starts.*'); do
        if [[ $(counted "$file" in_parent | cut -d' ' -f1,2) == "100 10000" ]]; then
            parents=$((parents + 1))
            is "live in the parent" "100 10000" "$(counted "$file" in_parent | cut -d' ' -f3,4)"
        else
            is "of a child" "1 1000 0 0" "$(counted "$file" in_child)"
            children=$((children + 1))
        fi
    done
    is "parents and children with a profile" "1 2" "$parents $children"
    is "files of lifetimes" $((windows ? 3 : 0)) "$(count_of memprof.starts.*.lifetimes.gz)"
done
