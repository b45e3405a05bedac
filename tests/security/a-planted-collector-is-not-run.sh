# SPDX-License-Identifier: Apache-2.0
# A copy of the library in some directory, and a memprof-collect that another user put where
# it would be looked for, or could replace: not run, the state stays.
. "$SRC/tests/lib.sh"
. "$SRC/tests/security/users.inc"
export MEMPROF_INTERVAL=1 MEMPROF_DIR=$PWD/victims/states
as $VICTIM mkdir -m 700 victims/states
mkdir -m 777 ran
cat >planted <<SH
#!/bin/sh
: >"$PWD/ran/by.\$(id -u)"
SH
chmod 755 planted
# ended LIBRARY: the victim's program, in its own directory, with a library there.
ended() {
    rm -f ran/* victims/*.pb.gz victims/states/*
    is "status with $1" 3 "$(cd victims && as $VICTIM env LD_PRELOAD="$1" "$TARGETS/ends" exit >out 2>err || echo $?)"
}
not_run() {
    ended "$1"
    is "planted ran, $2" "" "$(ls ran)"
    is "states kept, $2" 1 "$(ls victims/states | wc -l)"
}
# here MODE OWNER DIRECTORY...
here() {
    local mode=$1 owner=$2
    shift 2
    mkdir -m "$mode" "$@" && chown "$owner:$owner" "$@"
}
plant() {
    cp planted "$1" && chmod 755 "$1" && chown "${2:-$ATTACKER}" "$1"
}
# The planted one does run where it is asked for, so that its silence means something.
MEMPROF_COLLECTOR=$PWD/planted ended "$SHIM"
is "asked for" "by.$VICTIM" "$(ls ran)"

here 700 $VICTIM common/private && cp "$SHIM" "$B/memprof-end" common/private && chown $VICTIM common/private/*
here 755 $ATTACKER common/bin && plant common/bin/memprof-collect
not_run "$PWD/common/private/libmemprof.so" "up from a directory of any name"
mv common/private common/lib
not_run "$PWD/common/lib/libmemprof.so" "of another user"
rm -r common/bin && ln -s "$PWD/attackers" common/bin && plant attackers/memprof-collect
not_run "$PWD/common/lib/libmemprof.so" "through a link"
rm common/bin && here 777 $VICTIM common/bin && plant common/bin/memprof-collect $VICTIM
not_run "$PWD/common/lib/libmemprof.so" "in a directory that others write to"
chmod 755 common/bin && chmod 777 common/bin/memprof-collect
not_run "$PWD/common/lib/libmemprof.so" "that others write to"
chmod 775 common/bin/memprof-collect && chgrp $ATTACKER common/bin/memprof-collect
not_run "$PWD/common/lib/libmemprof.so" "that a group writes to"
chmod 755 common/bin/memprof-collect
ended "$PWD/common/lib/libmemprof.so"
is "the victim's own" "by.$VICTIM" "$(ls ran)"
mkdir -m 1777 beside && cp "$SHIM" "$B/memprof-end" beside && plant beside/memprof-collect
not_run "$PWD/beside/libmemprof.so" "beside the library, by another user"
plant beside/memprof-collect root
ended "$PWD/beside/libmemprof.so"
is "root's" "by.$VICTIM" "$(ls ran)"
mv beside/memprof-end . && plant beside/memprof-end
not_run "$PWD/beside/libmemprof.so" "by a planted memprof-end"
cp memprof-end beside && chown root beside/memprof-end
chmod 777 beside
not_run "$PWD/beside/libmemprof.so" "beside the library, where anybody replaces it"

# A privileged program takes neither library nor collector from who starts it.
for kind in setuid setgid capability; do
    cp "$TARGETS/ends" $kind
    case $kind in
    setuid) chmod 4755 $kind ;;
    setgid) chmod 2755 $kind ;;
    capability) setcap cap_net_raw+ep $kind 2>/dev/null || continue ;;
    esac
    rm -f ran/*
    as $ATTACKER env LD_PRELOAD="$SHIM" MEMPROF_COLLECTOR="$PWD/planted" "./$kind" exit 2>/dev/null || true
    is "planted ran by $kind" "" "$(ls ran)"
done
