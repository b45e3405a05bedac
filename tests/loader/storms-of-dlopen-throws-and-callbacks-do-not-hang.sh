# SPDX-License-Identifier: Apache-2.0
# slow: 15
# Eight threads open and close plugins, throw, and allocate inside dl_iterate_phdr while
# the others unwind what was never unwound before: ends the same, every stack is whole and
# its frames belong together.  SOAK=1: 50 runs.
. "$SRC/tests/lib.sh"
plugins=("$TARGETS/libplugin_one.so" "$TARGETS/libthrows.so" "$TARGETS/libplugin_two.so")
runs=6 rounds=100
[[ ! ${SOAK:-} ]] || runs=50 rounds=300
for ((n = 0; n < runs; n++)); do
    is status 0 "$(MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz status_of profiled "$TARGETS/loads" $rounds "${plugins[@]}")"
    is output "done" "$(cat out err)"
done
valid out.pb.gz
dump out.pb.gz >dumped
every dumped . ' (_start|_dl_start_user|(__)?clone3?|start_thread)@[^ ]*$'
every dumped ' in_callback.. @| in_callback\(\)@' ' in_callback\(\)@[^ ]* (callback\(.*\)@[^ ]* .*dl_iterate_phdr@|body\()'
for plugin in one two; do
    every dumped "plugin_${plugin}_work" " plugin_${plugin}_work\(\)@[^ ]* plugin_entry@[^ ]*libplugin_$plugin.cc:[0-9]+ opens\(int\)@[^ ]* body\("
done
is "calls of a closed plugin" 2001 "$(awk '/plugin_one_work/ { print $2 / $1; exit }' dumped)"
