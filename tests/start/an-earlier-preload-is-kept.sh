# SPDX-License-Identifier: Apache-2.0
# `memprof run` puts us before what the user preloads; the plain way leaves it alone.
. "$SRC/tests/lib.sh"
export LD_PRELOAD=$TARGETS/libthrows.so
is status 0 "$(status_of "$MEMPROF" run -q -i 1 -- "$TARGETS/looks")"
has out "^env LD_PRELOAD=[^ :]*libmemprof\.so[ :]$TARGETS/libthrows\.so$"
unset LD_PRELOAD
valid "$(profile_of looks)"
