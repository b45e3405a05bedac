# SPDX-License-Identifier: Apache-2.0
# memprof-collect runs the memprof-symbols beside it, but not one that others could have put
# or changed there.  Without it a profile is written all the same, and says that names are missing.
. "$SRC/tests/lib.sh"
export MEMPROF_CACHE=off
MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=1 profiled "$TARGETS/ends" exit || true
state=$(echo "$MEMPROF_DIR"/*.state)
mkdir beside && cp "$COLLECT" beside
# says_missing: names are missing, and what lies there was not run.
says_missing() {
    beside/memprof-collect --keep -o without.pb.gz "$state" >/dev/null 2>err
    has err 'names are missing: memprof-symbols'
    valid without.pb.gz
    [[ ! -e ran ]] || fail "$1 was run"
}
says_missing "nothing"
printf '#!/bin/sh\ntouch "%s/ran"\n' "$PWD" >beside/memprof-symbols
chmod 757 beside/memprof-symbols
says_missing "what everybody can write"
chmod 755 beside/memprof-symbols
ln beside/memprof-symbols planted && ln -sf ../planted beside/memprof-symbols
says_missing "a symbolic link"
if [[ $(id -u) == 0 ]]; then
    rm beside/memprof-symbols && cp planted beside/memprof-symbols && chown 12345 beside/memprof-symbols
    says_missing "another user's"
    chown 0:12345 beside/memprof-symbols && chmod 775 beside/memprof-symbols
    says_missing "what a group can write"
    chmod 755 beside/memprof-symbols && chmod 777 beside
    says_missing "where everybody can replace it"
    chmod 755 beside
fi
rm beside/memprof-symbols && cp "$B/memprof-symbols" beside
beside/memprof-collect -o with.pb.gz "$state" >/dev/null 2>err
lacks err 'names are missing'
has <("$MEMPROF" top with.pb.gz) ' main'
