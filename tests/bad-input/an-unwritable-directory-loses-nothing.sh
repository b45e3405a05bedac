# SPDX-License-Identifier: Apache-2.0
# As a user who may not write there.
. "$SRC/tests/lib.sh"
as=()
if [[ $(id -u) == 0 ]]; then
    command -v setpriv >/dev/null || skip "needs setpriv to become another user"
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    chmod 711 "$(dirname "$MEMPROF_DIR")" "$(dirname "$(dirname "$MEMPROF_DIR")")"
    chown 65534 "$MEMPROF_DIR"
    "${as[@]}" test -r "$SHIM" || skip "another user cannot read $SHIM"
fi
mkdir -m 755 closed
chmod 755 .
cd closed
[[ ${#as[@]} != 0 ]] || chmod 555 .
status=0
"${as[@]}" env MEMPROF_INTERVAL=1 LD_PRELOAD="$SHIM" "$TARGETS/ends" exit 2>"$TMPDIR/err" || status=$?
is status 3 $status
is "lines said" 1 "$(wc -l <"$TMPDIR/err")"
has "$TMPDIR/err" 'closed.*([Pp]ermission|denied)'
"${as[@]}" "$MEMPROF" collect -o "$MEMPROF_DIR/good.pb.gz" "$(one $(states))" >/dev/null 2>&1
valid "$MEMPROF_DIR/good.pb.gz"
