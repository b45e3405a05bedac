# SPDX-License-Identifier: Apache-2.0
# setuid, setgid and file capabilities: the loader drops the preload, `memprof run` says so
# before it starts anything; the plain way runs the program unrecorded.
. "$SRC/tests/lib.sh"
as_root to set owners and capabilities
need setpriv
mkdir -m 777 here && cd here
chmod 711 .. ../.. ../../..
nobody() {
    setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
nobody test -r "$SHIM" || skip "another user cannot read $SHIM"
for kind in setuid setgid capability; do
    cp "$TARGETS/ends" $kind
    case $kind in
    setuid) chmod 4755 $kind ;;
    setgid) chmod 2755 $kind ;;
    capability) part_needs setcap && setcap cap_net_raw+ep $kind || {
        part_skipped "no file with capabilities here"
        continue
    } ;;
    esac
    refused 2 "$kind|privilege|capabilit|set.?[ug]" nobody "$MEMPROF" run ./$kind exit
    # (ld.so looks for the library in the trusted directories only, and may say so.)
    is "status of $kind" 3 "$(MEMPROF_INTERVAL=1 status_of nobody env LD_PRELOAD="$SHIM" ./$kind exit)"
    lacks err '^memprof'
done
[[ -z $(profiles) && -z $(states) ]] || fail "left" $(profiles) $(states)
