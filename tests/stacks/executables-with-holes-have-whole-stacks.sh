# SPDX-License-Identifier: Apache-2.0
# slow: 20
# Segments with holes between them (large pages, lld, gold, a section far away; position
# independent, not, and started by the loader as a program): whole stacks with names, one
# module with its build id, the mapping's place in the file, and what libunwind finds.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
before=
# extent FILE: pages of the segment that is code, and its offset in pages.
extent() {
    local offset address bytes
    read -r offset address bytes < <(readelf -lW "$1" | awk '$1 == "LOAD" && / R E / && !n++ { print $2, $3, $6 }')
    echo "$(((address % 4096 + bytes + 4095) / 4096)) $((offset / 4096))"
}
# whole NAME COMMAND...: the profile of ./NAME, by that command, is what it should be.
whole() {
    local name=$1 root=' main@[^ ]*( __libc_start_call_main@[^ ]*| __libc_start_main[^ ]*| \(below main\)[^ ]*| libc[^ ]*)+ _start@'
    shift
    MEMPROF_OUT=$name.pb.gz $before env LD_PRELOAD="$SHIM" "$@" || fail "$name fails"
    valid "$name.pb.gz"
    dump "$name.pb.gz" >dumped
    every dumped ' inner@' " inner@[^ ]* middle@[^ ]*(.* compare@[^ ]* .*)?$root"
    has dumped ' compare@'
    lacks dumped truncated
    meta "$name.pb.gz" | awk '$1 == "mapping" && $5 ~ "/'"$name"'$"' >mappings
    is "mappings of $name" 1 "$(wc -l <mappings)"
    is "build id of $name" "$(readelf -n "$name" | sed -n 's/.*Build ID: //p')" "$(cut -d' ' -f6 mappings)"
    local start limit offset
    read -r _ start limit offset _ <mappings
    is "pages and offset of $name" "$(extent "$name")" "$(((limit - start) / 4096)) $((offset / 4096))"
    library libunwind.so.8 || return 0
    MEMPROF_UNWIND=diff MEMPROF_COLLECTOR=none $before env LD_PRELOAD="$SHIM" "$@"
    "$MEMPROF" inspect "$(one $(states))" >text
    has text 'stacks that differ +0 of [1-9]'
    rm "$MEMPROF_DIR"/*
}
# linked NAME FLAG...
linked() {
    local name=$1
    shift
    "${CC:-gcc}" -g -O1 "$SRC/tests/targets/holes.c" -o "$name" -Wl,--build-id "$@" 2>err || {
        part_skipped "cannot link with $*"
        return 0
    }
    whole "$name" "./$name"
    whole "$name" "$LOADER" "./$name"
}
LOADER=$(readelf -lW "$TARGETS/holes" | sed -n 's/.*interpreter: \(.*\)].*/\1/p')
for page in 0x2000 0x4000 0x10000 0x200000; do
    linked pie.$page -Wl,-z,max-page-size=$page -pie
    linked fixed.$page -Wl,-z,max-page-size=$page -no-pie
done
"${CC:-gcc}" -g -O1 -shared -fPIC -DLIBRARY "$SRC/tests/targets/holes.c" -o liblarge.so -Wl,-z,max-page-size=0x200000
linked with_library -Wl,--no-as-needed liblarge.so -Wl,-rpath,"$PWD"
has dumped ' from_library@[^ ]* main@'
lacks dumped 'liblarge.so[+]0x'
linked one_text -Wl,-z,max-page-size=0x200000 -Wl,-z,noseparate-code
linked lld -fuse-ld=lld -pie
linked lld_fixed -fuse-ld=lld -no-pie -Wl,-z,max-page-size=0x200000
linked gold -fuse-ld=gold -pie -Wl,-z,max-page-size=0x200000
linked far_data -no-pie -Wl,--section-start=.data=0x10000000
linked far_text -no-pie -Wl,-Ttext-segment=0x20000000 -Wl,-z,max-page-size=0x100000
# With the libraries in its hole, where the old layout of memory has them.
object() {
    "${CC:-gcc}" -print-file-name="$1"
}
setarch -L -R true || skip_rest "the layout of memory cannot be chosen here"
"${CC:-gcc}" -g -O1 -fPIC -no-pie -nostartfiles "$(object Scrt1.o)" "$(object crti.o)" "$(object crtbeginS.o)" \
    "$SRC/tests/targets/holes.c" "$(object crtendS.o)" "$(object crtn.o)" -o around -Wl,--build-id -Wl,--no-relax \
    -Wl,-Ttext-segment=0x2aaa40000000 -Wl,--section-start=.data=0x2aaab0000000
before="setarch -L -R"
whole around ./around
meta around.pb.gz | awk '$1 == "mapping" && $5 ~ "libc.so" { print $2 }' >libc
[[ $(cat libc) -gt 0x2aaa40000000 && $(cat libc) -lt 0x2aaab0000000 ]] || part_skipped "libc is not in the hole but at $(cat libc)"
