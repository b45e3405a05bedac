# SPDX-License-Identifier: Apache-2.0
# `memprof rss` finds each part of a program that knows its parts, with any allocator, recorded or not; the
# sum of its rows is smaps_rollup's, to the page.  (Stopped, the process cannot move while it is looked at.)
. "$SRC/tests/lib.sh"
export MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=1
# look [COMMAND...]: starts it, stops it when all is there, and puts what is said into rss.json.
look() {
    rm -f rooms.out rooms.in
    mkfifo rooms.in
    "$@" "$TARGETS/rooms" <rooms.in >rooms.out &
    pid=$!
    exec 3>rooms.in
    until_true grep -q ready rooms.out
    kill -STOP $pid
    until_true grep -q '^State:.T' /proc/$pid/status
    "$MEMPROF" rss --json --symbols $pid >rss.json
    cat /proc/$pid/smaps >smaps
    rollup=$(awk '/^Rss:/ { print $2 * 1024 }' /proc/$pid/smaps_rollup)
}
end() {
    kill -KILL $pid
    wait $pid || true
    rm -f "$MEMPROF_DIR"/*.state
}
# of PYTHON: an expression over what was said (s), the RSS of a kind (rss), and the row of one (row).
of() {
    /usr/bin/python3 -c '
import json, sys
s = json.load(open("rss.json"))
row = lambda kind: next(r for r in s["rows"] if r["kind"] == kind)
rss = lambda *kinds: sum(row(kind)["rss"] for kind in kinds)
MB = 1 << 20
def about(bytes, least, slack=0.2): return least * MB <= bytes <= (least + slack) * MB
print(eval(sys.argv[1]))' "$1"
}
# parts: what does not depend on the allocator.
parts() {
    is "the sum of the rows $*" "$rollup $rollup" "$(of 'sum(r["rss"] for r in s["rows"]), s["total"]["rss"]' | tr -d '(),')"
    is "the kernel's sum $*" "$rollup" "$(of 's["smaps_rollup"]["rss"]')"
    is "what is its own and was changed $*" "$(awk '/^Private_Dirty:/ { n += $2 * 1024 } END { print n }' smaps)" "$(of 'sum(r["private_dirty"] for r in s["rows"])')"
    is "proportional parts $*" True "$(of 'all(0 <= r["pss"] <= r["rss"] for r in s["rows"]) and s["total"]["pss"] > 0')"
    is "huge pages $*" "$(awk '/^AnonHugePages:/ { n += $2 * 1024 } END { print n }' smaps)" "$(of 'sum(r["huge"] for r in s["rows"])')"
    is "half of the bss $*" True "$(of 'next(about(m["bss"]["rss"], 5) and about(m["bss"]["mapped"], 10) for m in s["modules"] if m["path"].endswith("/rooms"))')"
    is "data $*" True "$(of 'next(about(m["data"]["rss"], 1) for m in s["modules"] if m["path"].endswith("/rooms"))')"
    is "stacks of threads $*" True "$(of 'about(rss("thread_stacks"), 8, 0.6)')"
    is "stacks, and one that is likely $*" True "$(of 'row("thread_stacks")["ranges"] == 9 and 0 < row("thread_stacks")["likely_rss"] <= 65536')"
    is "shared memory $*" 524288 "$(of 'rss("shared")')"
    is "a mapped file $*" True "$(of '16384 <= row("files")["mapped"] <= 16384 + (1 << 20)')"
    is "variables $*" "[('half_touched', 'bss', 10485760, 5242880), ('filled', 'data', 1048576, 1048576)]" \
        "$(of '[(v["name"], v["kind"], v["bytes"], v["rss"]) for v in s["symbols"]][:2]')"
}
glibc() {
    parts "$@"
    is "its heap $*" True "$(of 'about(rss("heap"), 97.6, 1)')"
    is "a large block, of which some was touched $*" True "$(of 'about(rss("blocks"), 12) and about(row("blocks")["mapped"], 40, 0.6)')"
    is "what it mapped itself $*" True "$(of 'about(rss("anonymous"), 5)')"
}
look
glibc plain
is "no live memory is known of it" False "$(of '"live" in s["allocator"] or rss("memprof") > 0')"
end
look setarch -R # its heap follows its bss, in one mapping
glibc "without randomization"
end
look env LD_PRELOAD="$SHIM"
glibc recorded
is "live" True "$(of '500 * 102400 + 40 * MB <= s["allocator"]["live"] <= 500 * 102400 + 40.1 * MB')"
is "ours" True "$(of '65536 < rss("memprof") < 4 * MB')"
is "held is what is resident and not live" True "$(of 's["allocator"]["held"] == max(0, s["allocator"]["rss"] - s["allocator"]["live"])')"
"$MEMPROF" rss --symbols -n 3 $pid >out
has out "^rooms \(pid $pid\): .* resident$"
has out '^  thread stacks  +8\.[0-9]+ MB .* 9, of 9 threads'
has out '^Of the allocator.s \(glibc\) .* are live, and .* held: [0-9]+ % live\.$'
has out ' 10\.00 MB +5\.00 MB  bss   half_touched '
"$MEMPROF" rss rooms | grep -v '^$' >named
has named "^rooms \(pid $pid\)"
end
for allocator in $(allocators); do
    part_needs_library $allocator || continue
    look env LD_PRELOAD="$SHIM $allocator"
    parts with $allocator
    is "its regions, of $allocator" True "$(of '100 * MB < s["allocator"]["rss"] < 160 * MB and rss("blocks", "arenas") == 0 and s["allocator"]["name"] in "'$allocator'"')"
    is "what it mapped itself, beside $allocator" True "$(of 'about(rss("anonymous"), 5, 2)')"
    end
done
