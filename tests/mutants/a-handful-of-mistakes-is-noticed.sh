# SPDX-License-Identifier: Apache-2.0
# slow: 15
# The short form of `make mutants`: those of the tables that are marked so.
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/mutants/run.py" --short >said || {
    cat said
    fail "a mistake was not noticed"
}
has said '^score: ([3-9]|[1-9][0-9]) of'
cat said
