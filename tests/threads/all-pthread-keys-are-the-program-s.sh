# SPDX-License-Identifier: Apache-2.0
# It can make as many as without us, down to the last.
. "$SRC/tests/lib.sh"
same_with_and_without "$TARGETS/keys"
has out '^[0-9]+ keys$'
