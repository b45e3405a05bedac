# SPDX-License-Identifier: Apache-2.0
# A report that cannot be written is one line and status 2, whatever the gates say; the other outputs are written
# all the same, and a file is there whole or not at all.
. "$SRC/tests/lib.sh"
four=types=alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes
/usr/bin/python3 "$SRC/tests/tools/make_profile.py" base.pb.gz period=1 $four <<<'1,1000,1,1000 leaf@a.c:1!prog;main@a.c:2!prog'
/usr/bin/python3 "$SRC/tests/tools/make_profile.py" new.pb.gz period=1 $four <<<'2,2000,1,1000 leaf@a.c:1!prog;main@a.c:2!prog'
diff_of() {
    "$MEMPROF" diff --one-run --fail-on="$@" base.pb.gz new.pb.gz
}
export -f diff_of
holds=alloc_space:+200% fails=alloc_space:+1%
is "status" 0 "$(status_of diff_of $holds)"
is "status" 1 "$(status_of diff_of $fails)"
echo old >kept.json
mkdir dir && ln -s kept.json link.json
for gate in $holds $fails; do
    while read -r file why; do
        rm -f good.csv
        refused 2 "^memprof diff: .*$why" diff_of $gate --output=json="$file" --output=csv=good.csv
        has good.csv '^scope,'
    done <<'CASES'
/dev/full No space left on device
no/such.json no/such.json: No such file
dir dir: is there and is no regular file
link.json link.json: is there and is no regular file
CASES
    refused 2 'No space left on device' bash -c "diff_of $gate >/dev/full"
    refused 2 'standard output: it is closed' bash -c "diff_of $gate --output=json=closed.json >&-"
    jq -e .version closed.json >jq.out || fail "with a closed standard output the JSON is not whole"
    refused 2 'no/delta.pb.gz: No such file' diff_of $gate -o no/delta.pb.gz
    refused 2 'No space left on device' diff_of $gate -o /dev/full
    # A pipe that nobody reads any more is no success: SIGPIPE's status, or ours where that is ignored.
    mkfifo nobody
    exec 5<>nobody 6>nobody 5>&-
    is "status when nobody reads" 2 "$(trap '' PIPE; status=0; diff_of $gate >&6 2>/dev/null || status=$?; echo "$status")"
    exec 6>&-
    rm nobody
done
is "an older file" old "$(<kept.json)"
refused 2 'small.json: File too large' bash -c "ulimit -f 1; trap '' XFSZ; diff_of $holds --output=json=small.json >/dev/null"
[[ ! -e small.json && -z $(compgen -G '*.json.*') && -z $(compgen -G '*.pb.gz.*') && -z $(compgen -G '.*.tmp') ]] || fail "half a file is left"
refused 2 "the format of 'xml=x' is unknown; try text" diff_of $holds --output=xml=x
refused 2 "'json' has no file" diff_of $holds --output=json
refused 2 "'x' is given twice" diff_of $holds --output=json=x --output=csv=x
refused 2 "'xml' is unknown; try text, markdown, json, csv, junit, github, sarif" diff_of $holds --format=xml
# Devices and pipes are written to as they are; a new file is for others to read.
diff_of $holds --format=github --output=csv=/dev/stdout | cat >both
has both '^::notice '
has both '^"total"'
(umask 022 && diff_of $holds --output=csv=mode.csv -o mode.pb.gz >out)
is "modes" "644 600" "$(stat -c %a mode.csv mode.pb.gz | paste -sd' ')"
# Colour is for terminals, and for those who want it.
terminal() { # ENVIRONMENT...: what a terminal gets
    env TERM=xterm "$@" /usr/bin/python3 -c '
import os, pty, sys
pty.spawn([os.environ["MEMPROF"], "diff", "base.pb.gz", "new.pb.gz"], stdin_read=lambda fd: b"")' </dev/null
}
has <(terminal A=b | tr '\033' '#') '^#\[1;31mWorse: alloc_space grew by'
lacks <(terminal NO_COLOR=1 | tr '\033' '#') '#'
lacks <(terminal TERM=dumb | tr '\033' '#') '#'
