# SPDX-License-Identifier: Apache-2.0
# Bytes that are no UTF-8, spaces and newlines in the program's path.
. "$SRC/tests/lib.sh"
for name in $'no\xffutf8' 'a space' $'new\nline' 'percent%p'; do
    mkdir -p "$name"
    cp "$TARGETS/ends" "$name/$name"
    MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled "./$name/$name" exit || true
    valid out.pb.gz
    dump out.pb.gz | grep -q '^1000 1000000 1000 1000000 bytes=1024bytes work@'
    pprof -top out.pb.gz >/dev/null 2>&1
    rm out.pb.gz
    MEMPROF_INTERVAL=1 profiled "./$name/$name" exit || true
    valid "$(one memprof.*)"
    rm memprof.*
    [[ -z $(states) ]] || fail "left" $(states)
done
