# SPDX-License-Identifier: Apache-2.0
# Included by the Makefile: the programs of the benchmark, and the benchmark.
# tests/bench/NAME.c[c] gives $(B)/bench/NAME, lib ones a library; a comment
# `build: FLAGS` in the file adds flags to -g -O2.
BENCH_SRC := $(wildcard tests/bench/*.c tests/bench/*.cc)
BENCH_LIB := tests/bench/libpair.c
BENCH_PROGRAMS := $(patsubst tests/bench/%,$(B)/bench/%,$(basename $(filter-out $(BENCH_LIB),$(BENCH_SRC)))) \
	$(patsubst tests/bench/%.c,$(B)/bench/%.so,$(BENCH_LIB))
BENCH_CFLAGS := -g -O2 -D_GNU_SOURCE -MMD -MP
BENCH_DEPS = tests/bench/bench.mk | $(B)/bench/

$(B)/bench/%.so: tests/bench/%.c $(BENCH_DEPS)
	$(CC) $(BENCH_CFLAGS) -std=gnu11 $(WARN) -shared -fPIC -MF $@.d $< -o $@ $(target_flags)
$(B)/bench/%: tests/bench/%.c $(BENCH_DEPS)
	$(CC) $(BENCH_CFLAGS) -std=gnu11 $(WARN) -MF $@.d $< -o $@ $(target_flags)
$(B)/bench/%: tests/bench/%.cc $(BENCH_DEPS)
	$(CXX) $(BENCH_CFLAGS) -Wall -Wextra -MF $@.d $< -o $@ $(target_flags)
-include $(wildcard $(B)/bench/*.d)
bench-programs: $(BENCH_PROGRAMS)
bench: all bench-programs $(B)/tests/shim/cost $(B)/targets/shapes_plain ## what the profiler and its peers cost: build/bench.md (QUICK=1: few rounds; SECTIONS=...)
	@sh scripts/install-packages build check bench
	@$(TEST_ENV) QUICK='$(QUICK)' VERSION='$(VERSION)' /usr/bin/python3 scripts/bench $(SECTIONS)
.PHONY: bench bench-programs
# The page has one run's tables, unless SECTIONS says that some were measured apart: these say when.
BENCH_TABLES := Targets Time Instructions Start Memory Collecting Looking Lifetimes Scaling
bench-page: ## put the last benchmark's tables into docs/performance.md (SECTIONS=...: those of a run that had no others)
ifneq ($(SECTIONS),)
	/usr/bin/python3 scripts/bench-page $(B)/bench.md docs/performance.md
else
	@for table in $(BENCH_TABLES); do grep -q "^## $$table" $(B)/bench.md || \
		{ echo "$(B)/bench.md has no tables of $$table: run 'make bench' with all sections" >&2; exit 2; }; done
	sed -i '/^<!-- measured/q' docs/performance.md
	sed '1,2d' $(B)/bench.md >>docs/performance.md
endif
.PHONY: bench-page
# The test of the instruction budget uses some of them.
test-programs: bench-programs
