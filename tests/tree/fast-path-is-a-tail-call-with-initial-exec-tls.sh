# SPDX-License-Identifier: Apache-2.0
# What malloc and free cost when nothing is sampled is decided by these instructions:
# a lost tail call, dynamic TLS or a hop through the PLT costs 1.2 to 1.3 times each.
. "$SRC/tests/lib.sh"
[[ $(uname -m) == x86_64 ]] || skip "the instructions of x86-64 are what is checked"
readelf -Wr "$SHIM" >relocations
has relocations R_X86_64_TPOFF64
lacks relocations 'R_X86_64_(DTPMOD64|DTPOFF64|TLSDESC)'
for function in malloc free; do
    objdump -d --no-show-raw-insn --disassemble=$function "$SHIM" | grep -E '^ +[0-9a-f]+:' >$function
    has $function 'jmp +\*'
    lacks $function 'call|@plt|push|__tls_get_addr'
    # What follows the jump is the cold half, which some compilers leave here.
    count=$(sed '/jmp \+\*/q' $function | wc -l)
    [[ $count -le 7 ]] || fail "$function has $count instructions before it has passed a call on"
done
has malloc '%fs:'
