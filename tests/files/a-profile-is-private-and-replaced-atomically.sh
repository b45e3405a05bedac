# SPDX-License-Identifier: Apache-2.0
# Mode 0600; our own earlier file of that name is replaced, by rename.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_OUT=p.pb.gz
umask 0
profiled "$TARGETS/ends" exit || true
is mode 600 "$(stat -c %a p.pb.gz)"
ln p.pb.gz earlier
before=$(sha256sum <earlier)
profiled "$TARGETS/exact" >/dev/null
is "the earlier file" "$before" "$(sha256sum <earlier)"
dump p.pb.gz >dumped
has dumped '(use|main)@'
lacks dumped 'work@'
rm dumped
is "left here" "earlier p.pb.gz" "$(echo *)"
is "mode of a state" 600 "$(MEMPROF_COLLECTOR=none profiled "$TARGETS/ends" exit; stat -c %a "$(one $(states))")"
rm -f $(states)
