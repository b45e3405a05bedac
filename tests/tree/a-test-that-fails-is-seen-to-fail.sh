# SPDX-License-Identifier: Apache-2.0
# `! command` never ends a script under set -e: without `|| fail` it is no test.  And what
# stops reading breaks the pipe of who still writes, which pipefail takes for a failure of
# the writer: only our own `dump` and `meta` expect it.
. "$SRC/tests/lib.sh"
cd "$SRC"
# silent FILE...: prints the statements of these scripts that cannot fail, or that fail by chance.
silent() {
    awk 'FNR == 1 { line = "" }
        /^[ \t]*#/ { next }
        { line = line $0 }
        sub(/\\$/, "", line) { next }
        line ~ /(^|[;{)]|then|do|else|&&)[ \t]*! / && line !~ /\|\|/ { print FILENAME ":" FNR ": " line }
        line ~ /\| *(head|grep +(-[a-zA-Z]+ +)*-[a-zA-Z]*q)/ && line !~ /(dump|meta) [^|]*\| *grep/ { print FILENAME ":" FNR ": " line }
        line ~ /\| *awk .*[;{ ]exit *}/ && line !~ /END/ { print FILENAME ":" FNR ": " line }
        { line = "" }' "$@"
}
found=$(silent tests/*/*.sh tests/*/*.inc tests/lib.sh)
[[ -z $found ]] || fail "these lines cannot fail, or fail by chance:
$found"
# It finds what it looks for:
#- ! dump p.pb.gz | grep -q work@
#- if true; then ! grep -q a b; fi
#- ldconfig -p | grep -q libunwind || skip "none"
#- "$MEMPROF" top "$file" | head -n 1 >default
#- ldconfig -p | awk '{ print; exit }'
#- ! grep a \
#-     b
sed -n 's/^#- //p' "$SRC/tests/tree/a-test-that-fails-is-seen-to-fail.sh" >"$TMPDIR/bad"
is "found in bad lines" 6 "$(silent "$TMPDIR/bad" | wc -l)"
# What reads nothing, or a file that is not there, has shown nothing.
for words in 'lacks /nonexistent a' 'lacks <(false) a' 'every /dev/null . a' 'has /dev/null a'; do
    (eval "$words") 2>/dev/null && fail "passes: $words"
done
lacks <(echo b) a
lacks /dev/null a
every <(printf '(a\nb\n') '\(' '^\(a'
