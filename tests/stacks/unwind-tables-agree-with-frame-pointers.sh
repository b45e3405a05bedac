# SPDX-License-Identifier: Apache-2.0
# slow: 60
# On aarch64 compilers keep frame pointers: by these the stacks of every allocation of ten real
# programs are the same as by unwind tables, with signed return addresses, too.
. "$SRC/tests/lib.sh"
[[ $(uname -m) == aarch64 ]] || skip "compilers leave frame pointers out here"
export MEMPROF_INTERVAL=1 PYTHONHASHSEED=0 PERL_HASH_SEED=0 MEMPROF_STATE_MAX=1G
mkdir before
cd before
seq 300 | awk '{ print "{\"n\":" $1 ",\"a\":[1,2,{\"b\":\"c\"}]}" }' >rows.json
{ echo '<l>'; seq 300 | sed 's,.*,<e id="&">v<f/></e>,'; echo '</l>'; } >rows.xml
git init -q repo && seq 200 >repo/file
cd ..
compared=0
# same COMMAND...: how many blocks each stack allocated; their sizes depend on the options.
same() {
    part_needs "$1" || return 0
    local unwind
    for unwind in cfi fp; do
        rm -rf run
        cp -a before run
        (cd run && MEMPROF_UNWIND=$unwind MEMPROF_OUT=$PWD/out.pb.gz LD_PRELOAD=$SHIM "$@") >/dev/null 2>&1 </dev/null || true
        dump run/out.pb.gz | sed -E 's/^([0-9]+) [0-9]+ [0-9]+ [0-9]+ [^ ]* /\1 /' |
            awk '{ n = $1; $1 = ""; of[$0] += n } END { for (s in of) print of[s] s }' | sort >$unwind
    done
    diff cfi fp >differ || {
        head -n 10 differ
        fail "other stacks of $*: $(grep -c '^<' differ) of $(wc -l <cfi)"
    }
    compared=$((compared + 1))
    echo "$1: $(wc -l <cfi) stacks"
}
same sqlite3 base.db 'CREATE TABLE t(a, b)' 'INSERT INTO t VALUES(1, 2)' 'SELECT * FROM t a JOIN t b ON a.a < b.b'
same /usr/bin/python3 -c 'import json, re; [json.dumps({"a": [n] * 9}) for n in range(300)]'
same jq -c 'select(.n % 7 == 0)' rows.json
same xmllint --format rows.xml
same perl -e 'my %h; push @{$h{$_ % 97}}, "x" x ($_ % 50) for 1 .. 500; print join ",", sort keys %h'
same bash -c 'for ((n = 0; n < 200; n++)); do a[n]="item $n"; done; echo "${a[*]}"'
same git -C repo -c user.name=a -c user.email=b add file
same git -C repo status
same awk 'BEGIN { while (n++ < 300) a[n % 97] = a[n % 97] "text"; for (n in a) print a[n] }'
same sed -n 's/\(.\)e/\1&/gp' rows.xml
same "$TARGETS/names" "$TARGETS/libplugin_one.so"
same "$TARGETS/opens" "$TARGETS/libthrows.so"
[[ $compared -ge 10 ]] || fail "only $compared programs"
