# SPDX-License-Identifier: Apache-2.0
# A second collector of the same addresses starts no reader of files and says the same names.
# What was kept counts only while it comes from the files that would be read now: not when a
# debug file has come or gone, nor for another build; a damaged or foreign cache costs names
# at most; none of it is used that others could have written.
. "$SRC/tests/lib.sh"
export MEMPROF_CACHE=$PWD/cache
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled "$TARGETS/names" >/dev/null
state=$(one $(states))
collected() {
    "$COLLECT" --keep -o "$1.pb.gz" "$state" >/dev/null
    dump "$1.pb.gz" >"$1"
}
MEMPROF_CACHE=off collected off
[[ ! -e cache ]] || fail "a cache although there is to be none"
collected cold
[[ $(echo cache/*.symbols) ]] || fail "nothing was kept"
collected warm
cmp off cold && cmp cold warm || fail "other names from the cache"
if part_needs strace; then
    processes() {
        strace -f -qq -e trace=process -o trace "$COLLECT" --keep -o out.pb.gz "$state" >/dev/null
        grep -cE '(clone|fork)' trace || true
    }
    is "processes started with names known" 0 "$(processes)"
    [[ $(MEMPROF_CACHE=off processes) -gt 0 ]] || fail "nobody reads files without a cache"
fi
# Every file of it, damaged in many ways, with and without the right sums.
cat >damage.py <<'PYTHON'
import random, struct, sys, zlib
seed, source, target = int(sys.argv[1]), sys.argv[2], sys.argv[3]
rng = random.Random(seed)
data = bytearray(open(source, "rb").read())
at = data.find(b"chnk")
length, kept = struct.unpack_from("<II", data, at + 4)
assert zlib.crc32(data[at + 12:at + 12 + length]) == kept
for n in range(rng.randint(1, 4)):
    if seed % 2:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    else:
        struct.pack_into("<I", data, at + 12 + rng.randrange(max(1, length - 4)), rng.choice([0, 1, 7, 0xffffffff, 0x7fffffff, rng.getrandbits(32)]))
if seed % 2 == 0:
    struct.pack_into("<I", data, at + 8, zlib.crc32(data[at + 12:at + 12 + length]))
if seed % 5 == 0:
    data = data[:rng.randrange(len(data))]
open(target, "wb").write(data)
PYTHON
cp -r cache whole
expected=$(totals off.pb.gz)
for seed in $(seq 40); do
    for file in whole/*.symbols; do
        rm -f "cache/${file##*/}"
        /usr/bin/python3 damage.py "$seed" "$file" "cache/${file##*/}"
    done
    collected damaged || fail "the collector fails with seed $seed"
    if ((seed % 2)); then
        cmp -s off damaged || fail "other names from torn chunks with seed $seed"
    else # with the right sum a chunk may say any names, allocators too, whose frames are left out
        is "totals with seed $seed" "$expected" "$(totals damaged.pb.gz)"
        mv damaged.pb.gz "damaged.$seed.pb.gz"
    fi
done
valid damaged.*.pb.gz
# A debug file that comes, goes, and is another one.
cp "$TARGETS/names" program
objcopy --only-keep-debug program program.debug
strip --strip-all program
objcopy --add-gnu-debuglink=program.debug program 2>/dev/null
mv program.debug kept.debug
rm "$MEMPROF_DIR"/*.state
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled ./program >/dev/null
state=$(one $(states))
for round in 1 2; do
    collected without
    lacks without 'names\.cc'
done
cp kept.debug program.debug
for round in 1 2; do
    collected with
    has with 'names\.cc'
done
rm program.debug
collected gone
cmp without gone || fail "names of a debug file that is not there any more"
# Not in a directory that others may write, nor through a link.
rm -rf cache && mkdir -m 777 cache && chmod 777 cache
collected open
[[ -z $(echo cache/*) ]] || fail "used although others may write there"
rmdir cache && mkdir -m 700 elsewhere && ln -s elsewhere cache
collected linked
[[ -z $(echo elsewhere/*) ]] || fail "used through a link"
rm cache
# It is aged out with the states.
collected again
[[ $(echo cache/*.symbols) ]] || fail "nothing was kept"
"$MEMPROF" collect --prune=0 >/dev/null
[[ -z $(echo cache/*.symbols) ]] || fail "prune left them"
rm -f "$MEMPROF_DIR"/*.state
