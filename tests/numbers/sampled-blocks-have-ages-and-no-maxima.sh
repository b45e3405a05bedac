# SPDX-License-Identifier: Apache-2.0
# With larger intervals ages, crossings and what was reallocated are counted of samples; how many blocks
# are live, and how many a call allocates, is not known and not said.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1K MEMPROF_LIFETIMES=1 MEMPROF_COLLECTOR=none MEMPROF_SEED=1
profiled "$TARGETS/lives" local 4000 caller 4000 grows 2000 cross 4000
"$MEMPROF" inspect --stacks "$(one $(states))" >out
sed -n '/^lives$/,/^freed at$/p' out >lives
lacks lives 'began at'
is "stacks with live blocks" "" "$(grep -vE 'live 0 at most 0' lives | grep ' live ' || true)"
has lives 'age '
has lives 'crossed [1-9]'
has lives 'reallocated to [1-9]'
samples=$(sed -n '/^samples/,/^totals/s/^ *freed *//p' out) of_lives=$(awk '/^ +age / { for (i = 2; i <= NF; i++) { split($i, b, ":"); sum += b[2] } }
    match($0, /crossed [0-9]+/) { sum += substr($0, RSTART + 8, RLENGTH - 8) } match($0, /from [0-9]+/) { sum += substr($0, RSTART + 5, RLENGTH - 5) } END { print sum }' lives)
is "freed samples" "$samples" "$of_lives"
rm "$(one $(states))"
