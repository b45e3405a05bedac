# SPDX-License-Identifier: Apache-2.0
# Two libraries whose code lies at the same addresses and whose frames differ in size: what
# is remembered of the frames of the one goes when it is closed.
. "$SRC/tests/lib.sh"
[[ $(uname -m) == x86_64 ]] || skip "assembly for x86-64"
need gcc
cat >frame.S <<'ASM'
    .globl plugin_run
    .type plugin_run, @function
plugin_run:
    .cfi_startproc
    subq $FRAME, %rsp
    .cfi_adjust_cfa_offset FRAME
    movl $100, %edi
    call malloc@plt
    addq $FRAME, %rsp
    .cfi_adjust_cfa_offset -FRAME
    xorl %eax, %eax
    ret
    .cfi_endproc
    .size plugin_run, . - plugin_run
    .section .note.GNU-stack, "", @progbits
ASM
for frame in 24 72 40; do
    gcc -g -shared -DFRAME=$frame frame.S -o $frame.so
    libraries+=("$PWD/$frame.so")
done
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled "$TARGETS/opens" "${libraries[@]}" >out
"$MEMPROF" inspect "$(one $(states))" >inspected
places=$(awk '$2 ~ /^[0-9a-f]+-/ && /[0-9][.]so$/ { print $2 }' inspected)
is modules 3 "$(wc -l <<<"$places")"
"$MEMPROF" collect -o out.pb.gz "$(one $(states))" >/dev/null 2>&1
valid out.pb.gz
dump out.pb.gz >dumped
every dumped ' plugin_run@' ' plugin_run@[^ ]* main@[^ ]* .*_start@[^ ]*$'
is "blocks of the three" 3 "$(counted out.pb.gz plugin_run | cut -d' ' -f1)"
[[ $(sort -u <<<"$places" | wc -l) == 1 ]] || part_skipped "this loader puts the libraries side by side"
