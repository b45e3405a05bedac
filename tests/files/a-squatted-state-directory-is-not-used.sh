# SPDX-License-Identifier: Apache-2.0
# MEMPROF_DIR of another owner or mode, or a symlink, is not used; the program runs.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
mkdir -m 777 open
mkdir -m 700 real && ln -s real link
[[ $(id -u) == 0 ]] && mkdir -m 700 foreign && chown 65534 foreign
echo file >file
for dir in open link file missing foreign; do
    [[ $dir == foreign && $(id -u) != 0 ]] && continue
    is "status with $dir" 3 "$(MEMPROF_DIR=$PWD/$dir status_of profiled "$TARGETS/ends" exit)"
    is "output" "" "$(cat out)"
    [[ $(wc -l <err) -le 1 ]] || fail "more than a line: $(cat err)"
    [[ -s err || -n $(profiles) ]] || fail "neither a profile nor a word with $dir"
    rm -f memprof.*
    [[ -z $(ls open real 2>/dev/null | grep -v :) ]] || fail "used $dir"
done
