# SPDX-License-Identifier: Apache-2.0
# `memprof` preloads no libmemprof.so that another user put, or could put, where it looks.
. "$SRC/tests/lib.sh"
. "$SRC/tests/security/users.inc"
export MEMPROF_DIR=$PWD/victims/states
as $VICTIM mkdir -m 700 victims/states
# tried COMMAND: the victim's run by it.
tried() {
    (cd victims && rm -f ./*.pb.gz && as $VICTIM "$1" run -q -i 1 -o p.pb.gz "$TARGETS/ends" exit >out 2>err) || echo $?
}
refused_by() {
    is "status: $2" 2 "$(tried "$1")"
    has victims/err "^memprof run: libmemprof.so: $3"
    [[ ! -e victims/p.pb.gz ]] || fail "recorded: $2"
}
mkdir -m 1777 top top/bin && cp "$MEMPROF" top/bin
cp "$SHIM" top/bin && chown $ATTACKER top/bin/libmemprof.so
refused_by "$PWD/top/bin/memprof" "beside it, by another user" "what is near .*/top/bin/memprof could be replaced"
rm top/bin/libmemprof.so && mkdir top/lib && cp "$SHIM" top/lib
is "root's library" 3 "$(tried "$PWD/top/bin/memprof")"
chown $ATTACKER top/lib
refused_by "$PWD/top/bin/memprof" "in another user's directory" "what is near"
chown root top/lib && chmod 777 top/lib
refused_by "$PWD/top/bin/memprof" "where anybody replaces it" "what is near"
rm -r top/lib && ln -s "$PWD/attackers" top/lib && cp "$SHIM" attackers
refused_by "$PWD/top/bin/memprof" "through a link" "what is near"
rm top/lib && mkdir top/lib && cp "$SHIM" top/lib && mv top/bin top/tools
refused_by "$PWD/top/tools/memprof" "up from a directory of any name" "not found near"
