# SPDX-License-Identifier: Apache-2.0
# What we interpose is for the program to call.  Calls of ours go to the kernel by an instruction,
# or to the next definition: through our own `syscall` they would be taken for the program's, and
# through its name another library's could come in between.
. "$SRC/tests/lib.sh"
nm -D --defined-only "$SHIM" | awk '{print $3}' | sort >exported
has exported '^syscall$'
readelf -rW "$SHIM" | awk '$3 ~ /JUMP_SLO|GLOB_DAT|ABS64|_64$/ {sub(/@.*/, "", $5); print $5}' | sort -u >used
has used '^_?mmap$'
# The operators' addresses are compared with those of others, and our exit handlers are
# registered as anybody's, in the order in which we see the others'.
comm -12 exported used | grep -vE '^(_Z(nw|na|dl|da).*|on_exit|__cxa_at_quick_exit)$' >ours || true
[[ ! -s ours ]] || fail "we call by name what we interpose:" $(cat ours)
# libc's, which the program may have replaced, by no other name either.
lacks used '^(syscall|clone|vfork|prctl|exit|_Exit)$'
