# SPDX-License-Identifier: Apache-2.0
# slow: 15
# Three libraries that fill registries before main, and libstdc++'s emergency pool before
# these; a library whose constructor starts a thread.
. "$SRC/tests/lib.sh"
need valgrind
. "$SRC/tests/numbers/dhat.inc"
for n in 1 2 3; do
    g++ -O1 -shared -fPIC -DREGISTRY=$n "$SRC/tests/targets/registries.cc" -o libregistry$n.so
done
g++ "$SRC/tests/targets/registries.cc" -o registries -Wl,-rpath,"$PWD",--no-as-needed "$PWD"/libregistry{1,2,3}.so
./registries all || fail "the registries are not filled"
same_totals "" ./registries all
echo 'void early_end(void); int main(void) { early_end(); return 0; }' >starts.c
gcc starts.c -o starts "$TARGETS/libearly.so"
clean+=(EARLY=thread)
same_totals "" ./starts
