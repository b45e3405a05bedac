# SPDX-License-Identifier: Apache-2.0
# Each mistake of the tables still finds the lines it changes, and the tests it names; the
# tables know every folder of ours.
. "$SRC/tests/lib.sh"
/usr/bin/python3 "$SRC/tests/mutants/run.py" --applies || fail "mend the tables in tests/mutants/"
for folder in preload collector tools; do
    has "$SRC/tests/mutants/$folder.mutants" "^[A-Z][0-9]+[a-z]? $folder/"
done
