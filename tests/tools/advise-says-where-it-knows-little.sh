# SPDX-License-Identifier: Apache-2.0
# A run that is over soon is to be followed whole; what has no name is told by its module and offset, with what
# to do about that; a document is one call's, and the owner of what grows is named.
. "$SRC/tests/lib.sh"
MEMPROF_SEED=5 "$MEMPROF" run --advise -q -o few.pb.gz "$TARGETS/ledger" 30 >out
has <("$MEMPROF" advise few.pb.gz) '^Only [0-9]+ allocations were followed: run it again with MEMPROF_LIFETIMES=1, which follows all\.$'
has <("$MEMPROF" advise --json few.pb.gz) '"followed": [1-9]'
MEMPROF_LIFETIMES=1 "$MEMPROF" run --advise -q -o all.pb.gz "$TARGETS/ledger" 30 >out
lacks <("$MEMPROF" advise all.pb.gz) 'allocations were followed:'
has <("$MEMPROF" advise --kind=reserve all.pb.gz) '^   owner    [a-z_]+ \(ledger.c:[0-9]+\)$'

strip -o nameless "$TARGETS/ledger"
MEMPROF_LIFETIMES=1 "$MEMPROF" run --advise -q -o nameless.pb.gz ./nameless 100 >out
"$MEMPROF" advise nameless.pb.gz >said
has said '^   at       a function without a name \(nameless\+0x[0-9a-f]+\)(,|$)'
lacks said ' 0x|nameless\+0x[0-9a-f]+ in '
has said '^nameless has functions without names; build it with -g and do not strip it, or '

part_needs xmllint || exit 0
seq -f '<a><b>%.0f</b></a>' 2000 | sed '1s/^/<r>/; $s,$,</r>,' >items.xml
MEMPROF_LIFETIMES=1 "$MEMPROF" run --advise -q -o items.pb.gz xmllint --noout items.xml
has <("$MEMPROF" advise --kind=arena items.pb.gz) '; all in one call of the owner$'
