# SPDX-License-Identifier: Apache-2.0
# An event runs on whatever stack the program is on, a fiber's or a piece of a split one, with
# a few KiB left: no function of the shim but those of the start needs much of it.
. "$SRC/tests/lib.sh"
need gcc
for file in "$SRC"/preload/*.c "$SRC"/preload/{base,process,unwind,arch/$(uname -m)}/*.c; do
    gcc -std=gnu11 -I"$SRC" -I"$SRC/preload/arch/$(uname -m)" -D_GNU_SOURCE -DMEMPROF_VERSION='""' -O2 -fPIC -fstack-usage -c "$file" -o "$(basename "$(dirname "$file")").$(basename "$file" .c).o"
done
cat ./*.su >usage
[[ $(wc -l <usage) -gt 200 ]] || fail "no figures"
awk '$1 !~ /config\.c:/ && $2 > 1024 { print } $3 == "dynamic" { print }' usage >large
is "functions with large or unbounded frames" "" "$(cat large)"
