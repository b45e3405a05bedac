# SPDX-License-Identifier: Apache-2.0
# slow: 20
# A child that shares its parent's memory samples, locks itself in and ends, in whatever way,
# before or after the parent's first sample: same; the parent's state is the parent's, with all
# that it did.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
parent_is_whole() {
    local files
    files=(memprof.vforks.*)
    is "profiles of $*" 1 ${#files[@]}
    valid "${files[@]}"
    dump "${files[@]}" >dumped
    is "in the parent, $*" "1000 100000000" "$(sums in_parent <dumped | cut -d' ' -f1,2)"
    # What a locked-in child allocates needs no system call of ours: it may find no room.
    read -r named other < <(awk '/ deeper@/ { n += $1 } /\[other\]/ { o += $1 } END { print n + 0, o + 0 }' dumped)
    [[ $named -ge 3000 && $other -le 500 ]] || fail "$*: $named named, $other without a stack"
    [[ $other == 0 || $* =~ seccomp.*(late|thread)$ ]] || fail "$*: $other without a stack"
    [[ -z $(states) ]] || fail "left by $*:" $(states)
    rm -f memprof.*
}
for how in vfork clone-vfork clone; do
    for end in exec execlp fexecve failed-exec _exit quick_exit exit kill seccomp-prctl-exec seccomp-syscall-_exit seccomp-refused-_exit; do
        for when in first late; do
            [[ $when == late && $end != seccomp* && $end != *exit ]] && continue
            [[ $how != vfork && $end != exec && $end != _exit && $end != seccomp-syscall* ]] && continue
            same="$how $end $when"
            plain=$(status_of "$TARGETS/vforks" $how $end $when)
            mv out plain
            is "status of $same" "$plain" "$(status_of profiled "$TARGETS/vforks" $how $end $when)"
            diff plain out || fail "another output of $same"
            is "messages of $same" "" "$(cat err)"
            parent_is_whole $same
        done
    done
done
for when in early thread; do
    for end in exec _exit seccomp-prctl-exec; do
        is "status of $end $when" 5 "$(status_of profiled "$TARGETS/vforks" vfork $end $when)"
        is "messages of $end $when" "" "$(cat err)"
        parent_is_whole vfork $end $when
    done
done
is "status of run" 5 "$(status_of "$MEMPROF" run -i 1 -- "$TARGETS/vforks" vfork exit)"
parent_is_whole run
