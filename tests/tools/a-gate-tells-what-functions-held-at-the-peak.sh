# SPDX-License-Identifier: Apache-2.0
# A peak gate of functions, modules and own code looks at the profiles of the peak: those that stat keeps, those beside
# files, and such files themselves. Where one is missing it cannot be judged, and says what is.
. "$SRC/tests/lib.sh"
"$MEMPROF" stat -n 3 -o base -- "$TARGETS/regress" 0 40 >/dev/null
"$MEMPROF" stat -n 3 -o new -- "$TARGETS/regress" 1 48 >/dev/null
gates() { # STATUS ARGUMENT...
    local status=$1
    shift
    is "status of $*" "$status" "$(status_of "$MEMPROF" diff "$@")"
}
# 40 000 and 48 000 bytes are of handle_request(), and the text that is copied is freed each time.
gates 0 '--fail-on=@^handle_request$:peak:+8000' base -- new
gates 1 '--fail-on=@^handle_request$:peak:+7999' base -- new
has out 'handle_request.*FAILS.*7.81kB'
gates 1 '--fail-on=@^handle_request$:peak:+19%' base -- new
gates 0 '--fail-on=@^copy_text$:peak:+64' base -- new
gates 1 '--fail-on=@^copy_text$:alloc_space:+64' base -- new
gates 1 --fail-on=own:peak:+7000 base -- new
gates 0 --fail-on=rest:peak:+0 base -- new
gates 1 '--fail-on=module/^regress$:peak:+7000' base -- new
gates 2 '--fail-on=@^nowhere$:peak:+0' base -- new
# What is freed before the end counts: 64 MiB of plateau_3() at one seed, of plateau_2() at the other.
for seed in 1 3; do
    "$MEMPROF" stat -n 3 --plain=0 -o "seed$seed" -- "$TARGETS/plateaus" plain 1 $seed >/dev/null
done
gates 1 '--fail-on=@^plateau_2$:peak:+63MiB' seed1 -- seed3
gates 0 '--fail-on=@^plateau_2$:peak:+64MiB' seed1 -- seed3
gates 0 '--fail-on=@^plateau_2$:inuse_space:+0' seed1 -- seed3
# Files beside each other, and the peaks by themselves.
for run in 1 2 3; do
    for kept in 40 48; do
        MEMPROF_PEAK=1 MEMPROF_INTERVAL=1 MEMPROF_OUT=$kept.$run.pb.gz profiled "$TARGETS/regress" 0 $kept >/dev/null
    done
done
gate='--fail-on=@^handle_request$:peak:+7999'
gates 1 "$gate" 40.?.pb.gz -- 48.?.pb.gz
gates 1 "$gate" 40.?.peak.pb.gz -- 48.?.peak.pb.gz
rm 48.2.peak.pb.gz
gates 2 "$gate" 40.?.pb.gz -- 48.?.pb.gz
has out 'a run has no profile of its peak .*--peak'
gates 1 --fail-on=peak:+7000 40.?.pb.gz -- 48.?.pb.gz
