# SPDX-License-Identifier: Apache-2.0
# slow: 60
# Root collects and prunes a stranger's directory, which is swapped for a link to root's own
# before any of the collector's calls, and back; or the output's name is swapped for that of
# another file.  Of root nothing is removed, replaced or appended to.
. "$SRC/tests/lib.sh"
. "$SRC/tests/security/users.inc"
swap() {
    LD_PRELOAD=$TARGETS/libswaps.so SWAP_AT=$at SWAP_MARK=$PWD/mark "$@" >out 2>err || true
}
mine() {
    (cd roots && find . -type f -exec sha256sum {} + | sort)
}
# Names that both have: the attacker was the process, or can look.
mkdir -m 755 roots/states
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none MEMPROF_RUN=0000000000000abc.1.$MEMPROF_DIR profiled "$TARGETS/ends" exit || true
state=$(one $(states))
name=${state##*/}
mv "$state" roots/states
echo log >roots/states/run-0000000000000abc.log
before=$(mine)
chmod 1777 common
for what in "collect -o p.pb.gz" "collect --prune=0s"; do
    for ((at = 1; at == 1 || at < last + 2; at++)); do
        rm -rf attackers/* mark p.pb.gz*
        as $ATTACKER mkdir -m 755 attackers/states
        ln -s "$PWD/roots/states" attackers/link
        cp roots/states/* attackers/states && chown -h $ATTACKER attackers/* attackers/states/*
        SWAP_ONE=$PWD/attackers/states SWAP_OTHER=$PWD/attackers/link swap "$MEMPROF" $what "$PWD/attackers/states"
        [[ $before == "$(mine)" ]] || fail "$what, swapped at call $at, touched root's: $(diff <(echo "$before") <(mine))"
        [[ ! -e mark ]] || last=$at
    done
    ((last > 5)) || fail "$what was never disturbed"
done

# The output's name in a directory of the attacker's, where root writes nevertheless.
mkdir -m 777 shared
"$MEMPROF" collect --keep -o earlier.pb.gz "roots/states/$name" >/dev/null
for ((at = 1, last = 1; at < last + 2; at++)); do
    rm -rf shared/* mark
    cp roots/states/"$name" "$MEMPROF_DIR"
    cp earlier.pb.gz shared/p.pb.gz
    echo precious >shared/precious
    SWAP_ONE=$PWD/shared/p.pb.gz SWAP_OTHER=$PWD/shared/precious \
        swap "$MEMPROF" collect -o shared/p.pb.gz "$MEMPROF_DIR/$name"
    grep -qx precious shared/precious shared/p.pb.gz || fail "swapped at call $at, precious is gone: $(ls -l shared)"
    [[ ! -e mark ]] || last=$at
done
((last > 5)) || fail "the output was never disturbed"
