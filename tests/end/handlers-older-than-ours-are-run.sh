# SPDX-License-Identifier: Apache-2.0
# What was registered before our handler and would run after it: an on_exit or at_quick_exit
# of a library whose constructor came first, a .preinit_array: it runs, and the state stays,
# as one line says.  atexit handlers of libraries are done by then: a profile.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
kept() {
    is "status of $1" "$2" "$(LIBOLDER=${3:-} LD_PRELOAD="$SHIM $TARGETS/libolder.so" status_of "${@:4}")"
    is "output of $1" "the older handler" "$(cat out)"
    is "lines of $1" 1 "$(wc -l <err)"
    has err '^memprof: the state is kept in .*, because an exit handler older than ours .*memprof collect'
    [[ -z $(profiles) ]] || fail "a profile of $1"
    "$MEMPROF" collect --all >/dev/null 2>&1
    valid "$(one $(profiles))"
    rm $(profiles)
}
kept on_exit 7 on_exit "$TARGETS/ends" return
kept at_quick_exit 6 at_quick_exit "$TARGETS/ends" quick_exit
kept preinit 5 '' "$TARGETS/preinit"
is "status with atexit" 7 "$(LIBOLDER=atexit LD_PRELOAD="$SHIM $TARGETS/libolder.so" status_of "$TARGETS/ends" return)"
is "output with atexit" "the older handler" "$(cat out)"
is messages "" "$(cat err)"
valid "$(profile_of ends)"
