# SPDX-License-Identifier: Apache-2.0
# --update writes what was measured, in the unit of the line, keeps everything else to the byte,
# and prints the difference, which patch(1) takes; what could not be measured stays.
. "$SRC/tests/lib.sh"
need patch
MEMPROF_INTERVAL=1 profiled "$TARGETS/regress" 0 40 >/dev/null && mv "$(one $(profiles))" run.pb.gz
printf '%s\n' '# A budget.' '' \
    'alloc_space   regress	1KiB   until 2999-12-31   # 64KiB is not 1KiB # yet' \
    '  alloc_objects @^copy_ 7 # texts' 'inuse_space regress 40000 # as it is' \
    'peak regress 1G# not a number, a pattern' >memprof.budget
refused 2 'memprof.budget:6: its limit is none' "$MEMPROF" budget --update run.pb.gz
sed -i 's/1G#/1G #/' memprof.budget
printf 'allocs/op regress 0.5 # of an operation' >>memprof.budget # and no newline
chmod 640 memprof.budget
cp memprof.budget before
is "status, since one was not measured" 2 "$(status_of "$MEMPROF" budget --update run.pb.gz)"
has out ':7: allocs/op regress cannot be judged'
sed -e 's/	1KiB/	136KiB/' -e 's/@^copy_ 7 /@^copy_ 3000 /' -e 's/1G #/40000 #/' before >wanted
cmp wanted memprof.budget || { diff wanted memprof.budget; fail "other bytes than wanted"; }
is "mode" 640 "$(stat -c %a memprof.budget)"
grep -v 'cannot be judged' out >change.diff
cp before patched && patch -s patched change.diff && cmp patched memprof.budget
sed -i '/allocs.op/d' memprof.budget
is "status of it as it was updated" 0 "$(status_of "$MEMPROF" budget run.pb.gz)"
is "status when nothing changes" 0 "$(status_of "$MEMPROF" budget --update run.pb.gz)"
is "what is said when nothing changes" '' "$(cat out err)"
# It is there whole or as it was: no room, no directory to write to, a link.
ln -s memprof.budget link
sed -i 's/3000/1/' memprof.budget && cp memprof.budget before
refused 2 'link: is there and is no regular file' "$MEMPROF" budget --update --budget=link run.pb.gz
cmp before memprof.budget
status=0
(ulimit -f 0 && trap '' XFSZ && exec "$MEMPROF" budget --update run.pb.gz) >/dev/null 2>&1 || status=$?
is "status without room" 2 "$status"
cmp before memprof.budget
is "files beside it" '' "$(ls -A | grep -v '^memprof.budget$' | grep budget || true)"
