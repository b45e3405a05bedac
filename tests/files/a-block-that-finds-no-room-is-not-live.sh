# SPDX-License-Identifier: Apache-2.0
# More blocks at once than the table of live blocks can take in a sandbox whose memory is limited,
# all freed in the end: each is counted, none stays live, and how many found no room is said.
. "$SRC/tests/lib.sh"
limited() {
    (ulimit -v 100000 && exec "$@")
}
status=$(MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none LD_PRELOAD=$SHIM status_of limited "$TARGETS/crowd" 400000)
[[ $status != 77 ]] || skip "no seccomp here"
is status 5 "$status"
state=$(one $(states))
"$MEMPROF" inspect "$state" >inspected
has inspected '^ *live table full +[1-9]'
"$MEMPROF" collect -o out.pb.gz "$state" >/dev/null 2>&1
valid out.pb.gz
is "blocks, none of them live" "400001 6400016 0 0" "$(counted out.pb.gz one_more)"
has <(meta out.pb.gz) '^comment .*(live|lost)'
