# SPDX-License-Identifier: Apache-2.0
# slow: 20
# On a terminal, `memprof top PID` is a full screen that obeys keys; and whatever ends it, the
# terminal is as it was.
. "$SRC/tests/lib.sh"
need tmux
. "$SRC/tests/tools/serve.inc"
export TMUX_TMPDIR=$TMPDIR
term() { tmux -f /dev/null "$@"; }
# terminal [VARIABLE=VALUE...]: a shell in a terminal of 110 by 20.
terminal() {
    term new-session -d -x 110 -y 20 "env $* PS1='>' bash --norc"
    until_true shows '^>'
}
shows() { grep -qE -- "$1" <<<"$(term capture-pane -p)"; }
types() { term send-keys "$@"; }
trap 'tmux kill-server 2>/dev/null || true' EXIT
obeys_starts
obeyed "allocate 2000"

terminal LC_ALL=C.UTF-8
types 'stty -a >before; clear' Enter
types "'$MEMPROF' top $PID" Enter
until_true shows '^memprof top  obeys \('$PID'\)  up .*  exact'
until_true shows '^live 1.91 MB  peak 1.91 MB .* 2000 objects'
until_true shows '^inuse_space by flat  '
until_true shows '^ *1.91MB .* grow$'
until_true shows '█'
obeyed "free 1000"
until_true shows '^ *976.56kB .* -976.56kB .* grow$'
types z
until_true shows '^ *976.56kB +100% +976.56kB +100% +0 +0  grow$'
types 4
until_true shows '^alloc_objects by flat'
until_true shows '^ *2000 +100% .* grow$'
types 1 c
until_true shows '^inuse_space by cum'
types / gr
until_true shows '^/gr_'
types Enter
until_true shows ' 1 of [0-9]+ functions'
types Enter
until_true shows '^ *grow .* in obeys$|^ *grow .*obeys.c'
types q
until_true shows '^\?: help  q: end'
types Escape l
until_true shows '^inuse_space by cum  ([0-9]+) of \1 call sites'
types '?'
until_true shows '^space     freeze the screen'
types '?' l p
until_true shows ' PEAK'
until_true shows '^ *1.91MB .* grow$'
types p s
until_true shows '^saved memprof.obeys.[0-9]+.pb.gz'
valid "$(profile_of obeys)"
types Space
until_true shows ' FROZEN'
types Space
# Every size: 40 columns have the flat value alone, and nothing is drawn outside of it.
term resize-window -x 40 -y 10
until_true shows '^ +flat name$'
until_true shows '^ *976.56kB grow$'
term resize-window -x 110 -y 20
until_true shows 'growth +rate/s'
types q
until_true shows '^>$'
types 'stty -a | diff before - && echo same' Enter
until_true shows '^same$'

# A signal, and a crash of ours, leave the terminal as it was, too.
for how in 'kill -TERM $WATCH' 'kill -HUP $WATCH' 'kill -KILL $(pgrep -P $WATCH)'; do
    types "clear; (until [[ -e now ]]; do sleep 0.05; done; rm now; WATCH=\$(pgrep -o memprof-watch -P \$\$); $how) & '$MEMPROF' top $PID" Enter
    until_true shows '^memprof top  obeys'
    : >now
    until_true shows '^>$'
    types 'clear; stty -a | diff before - && echo same' Enter
    until_true shows '^same$'
done

# The process ends: its last screen stays, and says so.
types "clear; '$MEMPROF' top $PID" Enter
until_true shows '^memprof top  obeys'
exec {OBEYS[1]}>&-
until_true shows ' ENDED'
until_true shows '^it has exited; this is its last'
until_true shows '^ *976.56kB .* grow$'
types q
until_true shows '^>$'
term kill-server

# Without UTF-8 and colours; and where no cursor can be moved, the table.
obeys_starts
obeyed "allocate 2000"
terminal LC_ALL=C NO_COLOR=1
types "'$MEMPROF' top $PID" Enter
until_true shows '^ *1.91MB .* grow$'
until_true shows '@'
types q
until_true shows '^>$'
types "clear; TERM=dumb '$MEMPROF' top $PID" Enter
until_true shows '^Showing nodes accounting for'
until_true shows '^>$'
has <("$MEMPROF" top $PID) ' grow$'
