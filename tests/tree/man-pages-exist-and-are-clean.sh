# SPDX-License-Identifier: Apache-2.0
. "$SRC/tests/lib.sh"
need groff
cd "$SRC"
for page in memprof $(ls tools | sed -n 's/^cmd_\(.*\)\.c$/memprof-\1/p'); do
    [[ -f docs/man/$page.1 ]] || fail "$page has no man page"
    for section in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
        grep -qE "^\.SH \"?$section\"?" "docs/man/$page.1" || fail "$page(1) has no $section"
    done
done
for page in docs/man/*.1; do
    warnings=$(groff -man -Tutf8 -ww -z "$page" 2>&1)
    [[ -z $warnings ]] || fail "$page: $warnings"
done
