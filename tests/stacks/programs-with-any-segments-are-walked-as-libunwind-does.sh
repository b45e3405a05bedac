# SPDX-License-Identifier: Apache-2.0
# slow: 20
# A sample of what `make stacks-everywhere` does with every executable that is installed: linked
# for large pages, by other linkers, with much or little in them, or generated code.  None may differ.
. "$SRC/tests/lib.sh"
library libunwind.so.8 || skip "libunwind is not installed"
files=()
for file in /usr/bin/{make,lsof,bash,perl,sed,tar,git,openssl,gpg,gdb,python3,node,java,x86_64-linux-gnu-ld.gold} \
    /usr/lib/git-core/git-remote-http; do
    [[ ! -e $file ]] || files+=("$(readlink -f "$file")")
done
/usr/bin/python3 "$SRC/tests/stacks/walk.py" "$SHIM" "$MEMPROF" "$SRC/tests/stacks/unwinders-agree.differences" \
    "${files[@]}" | tee out
has out '^([5-9]|1[0-9]) of '
