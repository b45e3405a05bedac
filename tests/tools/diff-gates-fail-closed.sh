# SPDX-License-Identifier: Apache-2.0
# A gate fails, holds, or cannot be judged; no mistake on the way to it ends with status 0.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
mkdir base new noisy
for run in 1 2 3; do
    profiled "$TARGETS/regress" 0 0 >/dev/null && mv "$(one $(profiles))" "base/$run.pb.gz"
    profiled "$TARGETS/regress" 1 0 >/dev/null && mv "$(one $(profiles))" "new/$run.pb.gz"
    profiled "$TARGETS/regress" 0 0 noise >/dev/null && mv "$(one $(profiles))" "noisy/$run.pb.gz"
done
gate() { # STATUS GATE ARGUMENT...
    local status=$1 gate=$2
    shift 2
    is "status of gate $gate with $*" "$status" "$(status_of "$MEMPROF" diff --fail-on="$gate" "$@")"
}
gate 1 alloc_objects:+2% base -- new
gate 0 alloc_objects:+4% base -- new
gate 0 alloc_objects:+0 base -- base
gate 0 alloc_objects:+0 new -- base
gate 1 alloc_space:+3KiB base -- new
gate 0 alloc_space:+4KiB base -- new
gate 1 '@^copy_:alloc_objects:+99' base -- new
gate 0 '@^handle:alloc_objects:+0' base -- new
gate 1 'module/regress:alloc_space:+1%' base -- new
gate 0 new-site:alloc_space:1 base -- new
gate 2 alloc_objects:+2% base/1.pb.gz new/1.pb.gz
has out 'cannot be judged: .*three runs'
gate 1 alloc_objects:+2% --one-run base/1.pb.gz new/1.pb.gz
gate 1 alloc_objects:+2% --unsure=fail base/1.pb.gz new/1.pb.gz
gate 2 alloc_objects:+2% --unsure=hold base/1.pb.gz new/1.pb.gz # what is missing is never a pass
# One that fails outweighs one that cannot be judged.
is "status of two gates" 1 "$(status_of "$MEMPROF" diff --fail-on=alloc_objects:+2% --fail-on=alloc_objects:+3.3% base -- new)"
for bad in alloc_objects alloc_objects: alloc_objects:-1 alloc_objects:+x% nothing:+1 '@[:alloc_space:+1' \
    'here:alloc_space:+1' new-site:alloc_space:+5% alloc_space:+inf% '' \
    alloc_space:+99999999999999999999999 alloc_space:+0x10 alloc_space:+1e3 alloc_space:+1.5 alloc_objects:+1K \
    '@:alloc_space:+1' 'module/(:alloc_space:+1' new-site:peak:1 allocs/op:-0 'alloc_space: +1' alloc_space:++1; do
    gate 2 "$bad" base -- new
    [[ -s err ]] || fail "nothing is said of '$bad'"
done
: >empty.pb.gz
head -c 100 new/1.pb.gz >torn.pb.gz
mkdir none
for bad in missing.pb.gz empty.pb.gz torn.pb.gz none /dev/null; do
    gate 2 alloc_objects:+50% base/1.pb.gz "$bad"
    gate 2 alloc_objects:+50% "$bad" base/1.pb.gz
done
gate 2 alloc_objects:+50% base/1.pb.gz
profiled "$TARGETS/names" >/dev/null && mv "$(one $(profiles))" other.pb.gz
gate 2 alloc_objects:+1% base/1.pb.gz other.pb.gz
has err "profile of 'regress'"
# A limit inside of the interval is what --unsure says.
mkdir wide
for count in 1000 1030 1060; do
    profiled "$TARGETS/allocates" $count >/dev/null && mv "$(one $(profiles))" "wide/$count.pb.gz"
done
gate 2 alloc_objects:+2% wide -- wide
gate 1 alloc_objects:+2% --unsure=fail wide -- wide
gate 0 alloc_objects:+2% --unsure=hold wide -- wide
# A sampled profile is not exact enough for a new site.
MEMPROF_INTERVAL=4096 profiled "$TARGETS/regress" 0 0 >/dev/null && mv "$(one $(profiles))" sampled.pb.gz
gate 2 new-site:alloc_space:1 --one-run base/1.pb.gz sampled.pb.gz
