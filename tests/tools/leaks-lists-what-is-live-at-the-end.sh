# SPDX-License-Identifier: Apache-2.0
# What is live at the end is listed exactly, counted against a limit, and suppressed as
# LeakSanitizer's files say.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/regress" 0 40 >/dev/null && mv "$(one $(profiles))" kept.pb.gz
MEMPROF_INTERVAL=1 profiled "$TARGETS/regress" 0 0 >/dev/null && mv "$(one $(profiles))" none.pb.gz
leaks() { # STATUS ARGUMENT...
    is "status of leaks ${*:2}" "$1" "$(status_of "$MEMPROF" leaks "${@:2}")"
}
leaks 1 kept.pb.gz
has out '^39\.06kB in 1000 objects live at the end, from 1 call site\.$'
has out '^      handle_request .*regress\.c:[0-9]+$'
leaks 0 none.pb.gz
has out '^0 in 0 objects live at the end, from 0 call sites\.$'
leaks 0 --limit=40000 kept.pb.gz
leaks 1 --limit=39999 kept.pb.gz
leaks 1 --limit=78K kept.pb.gz kept.pb.gz
leaks 0 --limit=79K kept.pb.gz kept.pb.gz
suppressed() { # STATUS PATTERN
    printf '# a comment\n\n  leak:nothing_like_it\r\nleak:%s  \n' "$2" >lsan.supp
    leaks "$1" --suppressions=lsan.supp kept.pb.gz
}
for pattern in handle_request andle_req '^handle' 'request$' '^handle_request$' 'h*e*request' '*' '^main$' \
    'regress.c' '^*regress' 'ha*' '*st$' '^h*t$'; do
    suppressed 0 "$pattern"
done
has out '^Suppressed by leak:\^h\*t\$: 39\.06kB in 1000 objects\.$'
for pattern in '^andle_req' 'handle$' '^handle$' 'x*y' 'request_handle' '^h*q$' 'copy_text'; do
    suppressed 1 "$pattern"
done
echo 'race:handle' >bad.supp
leaks 2 --suppressions=bad.supp kept.pb.gz
has err 'bad\.supp:1: .*no suppression'
leaks 2 --suppressions=missing.supp kept.pb.gz
leaks 2 --suppressions=. kept.pb.gz
leaks 2 --limit=x kept.pb.gz
leaks 2 missing.pb.gz
leaks 2
MEMPROF_INTERVAL=4096 profiled "$TARGETS/regress" 0 400 >/dev/null && mv "$(one $(profiles))" sampled.pb.gz
leaks 1 sampled.pb.gz
has out 'objects \(estimated\) live at the end'
