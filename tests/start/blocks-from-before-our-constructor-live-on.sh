# SPDX-License-Identifier: Apache-2.0
# 1 MiB of them from .preinit_array and from other constructors, with a dlerror string
# pending each time; and those that the search for the next malloc itself allocates.
. "$SRC/tests/lib.sh"
MEMPROF_COLLECTOR=none same_with_and_without "$TARGETS/early"
has out '^given 0, short 0, wrong 0$'
MEMPROF_INTERVAL=1 LD_PRELOAD="$SHIM $TARGETS/libresolver.so" "$TARGETS/early" >out 2>err
has out '^given 1, short 0, wrong 0$'
has err 'an exit handler older than ours' # .preinit_array might have registered one
"$MEMPROF" collect --all >/dev/null 2>&1
valid $(profiles)
# What main and the constructor allocated was counted, and freed again.
for file in $(profiles); do
    is "live at the end" "0 0" "$(counted "$file" fill | cut -d' ' -f3,4)"
done
