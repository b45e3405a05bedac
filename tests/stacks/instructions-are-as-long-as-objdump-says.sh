# SPDX-License-Identifier: Apache-2.0
# slow: 10
# The lengths of all instructions of libc, libstdc++ and a large program are those of a disassembler.
. "$SRC/tests/lib.sh"
need objdump
[[ $(uname -m) == x86_64 ]] || skip "the decoder is of x86-64"
seen=0
for file in "$(ldconfig -p | awk '$1 == "libc.so.6" && !n++ { print $NF }')" "$(ldconfig -p | awk '$1 == "libstdc++.so.6" && !n++ { print $NF }')" \
    "$(command -v git || command -v bash)"; do
    [[ -f $file ]] || continue
    # What a disassembler calls (bad) is data, and so is a prefix by itself.
    objdump -d -w "$file" | awk -F'\t' 'NF >= 3 && $3 !~ /^\(bad\)|^(rex|cs|ds|es|ss|fs|gs|repz|repnz|lock|data16)[^ ]* *$/ {
        gsub(/ /, "", $2); print $2 }' | "$B/tests/shim/test_reach" lengths >lengths
    has lengths '^[0-9]+ right, 0 wrong$'
    seen=$((seen + $(awk 'END { print $1 }' lengths)))
done
[[ $seen -gt 100000 ]] || fail "only $seen instructions"
