# SPDX-License-Identifier: Apache-2.0
# slow: 5
# A signal handler forks, also by _Fork, wherever it interrupts malloc or free: no crash, no
# hang; what was interrupted counts in the parent, to the object, and each child has a profile
# of its own.
. "$SRC/tests/lib.sh"
counted() {
    dump "$1" | awk -v leaf="^$2@" '$6 ~ leaf { o += $1; b += $2 } END { print o + 0, b + 0 }'
}
for how in '' _Fork; do
    MEMPROF_INTERVAL=1 MEMPROF_OUT=%p.pb.gz LD_PRELOAD=$SHIM "$TARGETS/handler_forks" 30 $how >own &
    parent=$!
    wait $parent
    read -r objects bytes well <own
    is "children that ended well" 30 "$well"
    is "the parent's" "$objects $bytes" "$(counted $parent.pb.gz take)"
    valid *.pb.gz
    for child in *.pb.gz; do
        [[ $child == $parent.pb.gz ]] && continue
        is "what the child $child took" "32 3200" "$(counted "$child" take_in_child)"
        read -r taken _ <<<"$(counted "$child" take)"
        [[ $taken -le 1 ]] || fail "$child has $taken of its parent's"
    done
    is "profiles" 31 "$(ls *.pb.gz | wc -l)"
    rm *.pb.gz
done
