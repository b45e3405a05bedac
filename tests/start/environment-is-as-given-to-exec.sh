# SPDX-License-Identifier: Apache-2.0
# A child started with an environment of its own gets exactly that one.
. "$SRC/tests/lib.sh"
profiled env -i ONLY=this "$TARGETS/looks" >out
is environment "env ONLY=this" "$(grep '^env' out)"
profiled bash -c 'exec env -u LD_PRELOAD "$0"' "$TARGETS/looks" >out
lacks out '^env LD_PRELOAD'
rm -f $(states) # of the bash that exec replaced, if it was sampled
