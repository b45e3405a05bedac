# SPDX-License-Identifier: Apache-2.0
# `memprof top --stacks` adds up what go tool pprof -traces prints, largest first; a deep one
# fits a screen, and says what it leaves out.
. "$SRC/tests/lib.sh"
# Both as lines `value name<name<...`, summed by stack.
sums() {
    awk -F '\t' '{ sum[$2] += $1 } END { for (stack in sum) print sum[stack], stack }' | sort
}
MEMPROF_INTERVAL=1 profiled "$TARGETS/names" "$TARGETS/libplugin_one.so"
MEMPROF_INTERVAL=1 profiled "$TARGETS/glue"
MEMPROF_INTERVAL=1 profiled "$TARGETS/sites" >/dev/null
for file in $(profiles); do
    pprof -traces -sample_index=alloc_objects "$file" 2>/dev/null | awk '
        /^-----------\+/ { if (stack != "") print value "\t" stack; stack = ""; at = 1; next }
        at && /^ +bytes:/ { next }
        at { line = $0; if (stack == "") { value = $1; sub(/^ *[0-9]+ */, "", line) }
             sub(/^ */, "", line); sub(/ \(inline\)$/, "", line); stack = stack "<" line }' | sums >wanted
    "$MEMPROF" top --stacks=100000 --frames=0 --wrappers=listed -s alloc_objects "$file" >printed
    awk '/^Stack / { if (stack != "") print value "\t" stack; stack = ""; value = $5; at = 1; next }
        /^$|^      objects of up to/ { next }
        at { line = substr($0, 7); sub(/ +in [^ ]*$/, "", line); sub(/ +[^ ]*:[0-9]+$/, "", line)
             sub(/ \(inline\)$/, "", line); stack = stack "<" line }
        END { print value "\t" stack }' printed | sums >got
    diff wanted got || fail "--stacks of $file (>) has not the sums of pprof -traces (<)"
    awk '/^Stack / { if (before && $5 > before) exit 1; before = $5 }' printed || fail "not the largest first"
done
has printed 'sites.c:[0-9]+$'
MEMPROF_INTERVAL=1 profiled "$TARGETS/recursion" 300
"$MEMPROF" top --stacks=1 -s alloc_space "$(profile_of recursion)" >deep
has deep '\.\.\. [0-9]+ more frames; --frames=0 shows them'
is "frames of a deep stack" 41 "$(grep -c '^      [^o]' deep)"
has deep '^ *_start '
