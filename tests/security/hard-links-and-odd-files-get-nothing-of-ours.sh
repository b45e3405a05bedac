# SPDX-License-Identifier: Apache-2.0
# A log, a state or a profile that is a second name of another file, a link, a FIFO, a
# device or a directory: nothing is appended, removed, replaced or opened; a stranger's
# state replaces nothing and gets no line. Profiles and states are 0600; no secret of the
# command line is in a profile.
. "$SRC/tests/lib.sh"
. "$SRC/tests/security/users.inc"
run=0000000000000abc
left() {
    rm -f "$MEMPROF_DIR"/*
    MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none MEMPROF_RUN=$run.1.$MEMPROF_DIR profiled "$TARGETS/ends" exit S3CRET || true
    state=$(one $(states))
}
echo precious >precious
as_precious() {
    is "precious, $1" precious "$(cat precious)"
}
# Logs: ours, then what is none.
left
is "mode of a state" 600 "$(stat -c %a "$state")"
: >"$MEMPROF_DIR/run-$run.log"
"$MEMPROF" collect -o p.pb.gz "$state" >/dev/null
is "lines in our log" 1 "$(wc -l <"$MEMPROF_DIR/run-$run.log")"
is "mode of a profile" 600 "$(stat -c %a p.pb.gz)"
zcat p.pb.gz >plain
grep -qa ends plain
lacks plain S3CRET
for kind in hardlink symlink fifo directory; do
    left
    log=$MEMPROF_DIR/run-$run.log
    case $kind in
    hardlink) ln precious "$log" ;;
    symlink) ln -s "$PWD/precious" "$log" ;;
    fifo) mkfifo "$log" ;;
    directory) mkdir "$log" ;;
    esac
    timeout 60 "$MEMPROF" collect --all -o "$kind.pb.gz" >/dev/null || fail "cannot collect beside a $kind"
    as_precious "appended through a $kind"
    rm -rf "$log"
done
# A stranger's state and log, collected by root: no line, and a name of its own.
left
cp "$state" attackers && : >attackers/run-$run.log && chown $ATTACKER attackers/*
sum=$(sha256sum <p.pb.gz)
"$MEMPROF" collect -o p.pb.gz "attackers/${state##*/}" >out
has out '^p\.pb\.gz\.[0-9]+: '
is "the earlier profile" "$sum" "$(sha256sum <p.pb.gz)"
is "lines in a stranger's log" 0 "$(wc -l <attackers/run-$run.log)"
[[ ! -e attackers/${state##*/} ]] || fail "the stranger's dead state stayed"
# States that are something else, or have a second name.
ln "$state" second
"$MEMPROF" collect -o second.pb.gz "$state" >/dev/null
[[ -e $state ]] || fail "a state with a second name was removed"
rm "$state"
for kind in hardlink symlink fifo device; do
    path=$MEMPROF_DIR/x.1.$run.state
    case $kind in
    hardlink) ln precious "$path" ;;
    symlink) ln -s "$PWD/second" "$path" ;;
    fifo) mkfifo "$path" ;;
    device) mknod "$path" c 5 2 2>/dev/null || continue ;;
    esac
    refused 2 "x\\.1\\.$run" timeout 60 "$MEMPROF" collect -o x.pb.gz "$path"
    timeout 60 "$MEMPROF" collect --prune=0s >/dev/null
    as_precious "pruned a $kind"
    [[ -e $path ]] || fail "a $kind was removed"
    rm -rf "$path"
done
# Outputs.
for kind in text symlink fifo directory foreign; do
    left
    rm -rf out.pb.gz
    case $kind in
    text) echo mine >out.pb.gz ;;
    symlink) ln -s precious out.pb.gz ;;
    fifo) mkfifo out.pb.gz ;;
    directory) mkdir out.pb.gz ;;
    foreign) cp p.pb.gz out.pb.gz && chown $ATTACKER out.pb.gz ;;
    esac
    refused 2 'out.pb.gz.* (is|belongs)' timeout 60 "$MEMPROF" collect -o out.pb.gz "$state"
    as_precious "written through a $kind"
    [[ -s $state ]] || fail "the state went with a $kind"
done
rm -f "$MEMPROF_DIR"/*
