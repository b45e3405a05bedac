# SPDX-License-Identifier: Apache-2.0
# 200 inlined calls, each within blocks of its own, have 200 frames.
. "$SRC/tests/lib.sh"
need gcc
python3 - >deep.c <<'PYTHON'
print('#include <stdlib.h>\nextern volatile int g;\nvolatile int g = 1;')
inline = 'static inline __attribute__((always_inline)) void *'
print(inline + 'f0(size_t n) { void *volatile p = malloc(n); return p; }')
for i in range(1, 200):
    print(inline + 'f%d(size_t n) { if (g) { int a = g; { int b = g + a; if (b) { int c = g * b; '
          'void *r = f%d(n + (c & 0)); return r; } } } return 0; }' % (i, i - 1))
print('__attribute__((noinline)) void *outer(size_t n) { void *volatile p = f199(n); return p; }')
print('int main(void) { outer(100001); return 0; }')
PYTHON
gcc -g -O1 deep.c -o deep
MEMPROF_INTERVAL=1 profiled ./deep
wanted=$(for ((i = 0; i < 200; i++)); do echo "f$i"; done)
dump "$(profile_of deep)" | grep '^1 100001 ' >dumped
is frames "$wanted" "$(grep -oE ' f[0-9]+@' dumped | tr -d ' @')"
has dumped ' f199@[^ ]* outer@[^ ]* main@'
