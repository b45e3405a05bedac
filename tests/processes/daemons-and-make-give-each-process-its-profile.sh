# SPDX-License-Identifier: Apache-2.0
# slow: 15
# A daemon writes where it was started, not where it went, and touches no descriptor; under
# `make -j` every program that sampled something has a profile of its own, and nothing is left.
. "$SRC/tests/lib.sh"
: >pids
MEMPROF_INTERVAL=1 profiled "$TARGETS/daemon" pids
until_true test -s pids
read -r pid fd <pids
is "the first descriptor of the daemon" 0 "$fd"
until_true test -e "memprof.daemon.$pid.pb.gz"
until_true eval '[[ -z $(states) ]]'
is "of the daemon" "100 2200 100 2200" "$(counted memprof.daemon.$pid.pb.gz served)"
is "profiles" 2 "$(profiles | wc -w)"
valid $(profiles)
rm memprof.*
# A hundred children of one server.
MEMPROF_INTERVAL=1 MEMPROF_OUT=all/p.pb.gz MEMPROF_COLLECTOR=none profiled "$TARGETS/forks" 100 >children
mkdir all
MEMPROF_OUT=all/p.pb.gz "$MEMPROF" collect --all >/dev/null 2>&1
is "profiles" 101 "$(ls all | wc -l)"
valid all/*
is "blocks of all" "1000 100000" "$(dump all/* | sums in_child | cut -d' ' -f1,2)"
is "children of the first" "0 0 0 0" "$(counted all/p.pb.gz in_child)"
# make -j, with a shell, a compiler driver and its passes for each file.
need make gcc
for n in 1 2 3 4; do echo "int f$n(void) { return $n; }" >f$n.c; done
printf 'all: f1.o f2.o f3.o f4.o\n\tld -r -o all.o $^\n%%.o: %%.c\n\tgcc -O1 -c $< && echo made $@\n' >Makefile
make -j3 | sort >plain
rm ./*.o
mkdir made
is status 0 "$(status_of "$MEMPROF" run -q -i 64K -o 'made/%e.%p' -- make -j3)"
sort out | diff plain -
is "profiles of the compiler" 4 "$(ls made/cc1.* | wc -l)"
one made/make.* >/dev/null
valid made/*
[[ -z $(ls "$MEMPROF_DIR") ]] || fail "left" $(ls "$MEMPROF_DIR")
