# SPDX-License-Identifier: Apache-2.0
# Included by the Makefile: builds what the tests need and runs them.
# tests/README.md says how a test is written.

# --- targets: one small program or plugin per file, built by its own `build:` line ---
# tests/targets/NAME.c[c] gives $(B)/targets/NAME, tests/targets/libNAME.c[c] gives
# $(B)/targets/libNAME.so; a comment `build: FLAGS` in the file adds flags to -g -O1.
# `machine: NAME` says that it is for one architecture.
OTHER_MACHINES := $(filter-out $(MACHINE),$(notdir $(wildcard preload/arch/*)))
TARGET_SRC := $(wildcard tests/targets/*.c tests/targets/*.cc)
TARGET_SRC := $(filter-out $(shell grep -lsE '^ \* machine: ($(subst $() ,|,$(OTHER_MACHINES)))$$' $(TARGET_SRC)),$(TARGET_SRC))
TARGET_LIB := $(filter tests/targets/lib%,$(TARGET_SRC))
TARGET_BIN := $(filter-out tests/targets/lib%,$(TARGET_SRC))
target_flags = $(shell sed -n "s,^[/ ][/*] build: \([^*]*\).*,\1,p" $<)
target_name = $(patsubst %.c,%,$(patsubst %.cc,%,$(notdir $(1))))
TARGETS := $(foreach s,$(TARGET_BIN),$(B)/targets/$(call target_name,$(s))) \
	$(foreach s,$(TARGET_LIB),$(B)/targets/$(call target_name,$(s)).so)
TARGET_DEPS = tests/tests.mk | $(B)/targets/
TARGET_CFLAGS := -g -O1 -D_GNU_SOURCE -MMD -MP
# What the tests expect of a target's stacks stands in attributes that clang does not have.
TARGET_CC ?= $(if $(findstring clang,$(CC)),gcc,$(CC))
TARGET_CXX ?= $(if $(findstring clang,$(CXX)),g++,$(CXX))

$(B)/targets/lib%.so: tests/targets/lib%.c $(TARGET_DEPS)
	$(TARGET_CC) $(TARGET_CFLAGS) -std=gnu11 $(WARN) -shared -fPIC -MF $@.d $< -o $@ $(target_flags)
$(B)/targets/lib%.so: tests/targets/lib%.cc $(TARGET_DEPS)
	$(TARGET_CXX) $(TARGET_CFLAGS) -Wall -Wextra -shared -fPIC -MF $@.d $< -o $@ $(target_flags)
$(B)/targets/%: tests/targets/%.c $(TARGET_DEPS)
	$(TARGET_CC) $(TARGET_CFLAGS) -std=gnu11 $(WARN) -MF $@.d $< -o $@ $(target_flags)
$(B)/targets/%: tests/targets/%.cc $(TARGET_DEPS)
	$(TARGET_CXX) $(TARGET_CFLAGS) -Wall -Wextra -MF $@.d $< -o $@ $(target_flags)
$(B)/targets/libfailcalls.so: TARGET_CFLAGS += -I$(ARCH)
-include $(wildcard $(B)/targets/*.d)
targets: $(TARGETS) ## build the small programs that the tests profile

# --- unit tests: tests/unit/test_*.c against the collector, the others are shared helpers;
# tests/shim/test_*.c against the shim's own objects ---
UNIT_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c))
UNIT_SHARED := $(patsubst %.c,$(B)/%.o,$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))
UNIT_CFLAGS = -Itests/unit
$(B)/tests/unit/%.o: tests/unit/%.c $(B)/gen/collector/profile/profile.pb-c.h | $(B)/tests/unit/
	$(CC) $(ALL_CFLAGS) $(COLLECTOR_CFLAGS) $(UNIT_CFLAGS) -c $< -o $@
# Parts of a tool that need nothing but its arguments.
$(B)/tests/unit/test_push: $(addprefix $(B)/tools/push/,answer.o schedule.o base.o labels.o label_source.o)
$(UNIT_TESTS): %: %.o $(UNIT_SHARED) $(B)/libcollector.a
	$(CC) $(LINK_FLAGS) -o $@ $(filter %.o,$^) $(B)/libcollector.a $(COLLECTOR_LIBS) $(PATTERN_LIBS) -lcmocka
include tests/shim/shim.mk
# What the statistics compute, for tests/statistics/ to compare.
STATISTICS := $(patsubst %.c,$(B)/%,$(wildcard tests/statistics/*.c))
$(STATISTICS:=.o): $(B)/%.o: %.c | $(B)/tests/statistics/
	$(CC) $(ALL_CFLAGS) -c $< -o $@
$(STATISTICS): %: %.o $(B)/libcollector.a
	$(CC) $(LINK_FLAGS) -o $@ $^ $(COLLECTOR_LIBS) $(PATTERN_LIBS)
collector-tests: $(UNIT_TESTS) $(STATISTICS)
unit-tests: collector-tests shim-tests
.SECONDARY: $(UNIT_TESTS:=.o) $(UNIT_SHARED)

# --- ask: what a profile calls addresses of a file, for comparison with others ---
ASK := $(B)/tests/names/ask
$(ASK): tests/names/ask.c $(B)/libcollector.a $(B)/gen/collector/profile/profile.pb-c.h | $(B)/tests/names/
	$(CC) $(ALL_CFLAGS) $(COLLECTOR_CFLAGS) $(LINK_FLAGS) -o $@ $< $(B)/libcollector.a $(COLLECTOR_LIBS)

# --- watches: what many snapshots of a process that goes on say of it ---
WATCHES := $(B)/tests/live/watches
$(WATCHES): tests/live/watches.c $(B)/libcollector.a $(B)/gen/collector/profile/profile.pb-c.h | $(B)/tests/live/
	$(CC) $(ALL_CFLAGS) $(COLLECTOR_CFLAGS) $(LINK_FLAGS) -o $@ $< $(B)/libcollector.a $(COLLECTOR_LIBS)

# --- run ---
TEST_ENV = B='$(abspath $(B))' MAKE='$(MAKE)' CC='$(CC)' FULL='$(FULL)' KEEP='$(KEEP)'
test-programs: targets unit-tests $(ASK) $(WATCHES)
check: all test-programs ## run the tests (T=NAME: those whose name has NAME; FULL=1: full sizes)
	@$(TEST_ENV) bash tests/run $(if $(T),-v '$(T)')
stats: all targets ## the estimates over 200 seeds against the truth (SEEDS=N)
	@$(TEST_ENV) SEEDS='$(or $(SEEDS),200)' bash tests/run -v numbers/every-site-is-unbiased-over-seeds
consistency: all test-programs ## ten thousand snapshots of redis-server under load, and of 16 threads, at interval 1 (SNAPSHOTS=N)
	@$(TEST_ENV) SNAPSHOTS='$(or $(SNAPSHOTS),10000)' GUARD=7200 bash tests/run -v numbers/snapshots-of-a-process-that-goes-on
.PHONY: consistency
calibrate: all test-programs ## memprof diff on hundreds of recorded runs: false alarms, power, coverage (30 minutes)
	@$(TEST_ENV) FULL=1 GUARD=7200 bash tests/run -v statistics/
.PHONY: targets collector-tests unit-tests test-programs stats calibrate
tuned: all targets ## memprof tune on three made programs, twenty times each (TIMES=N)
	@$(TEST_ENV) TIMES='$(or $(TIMES),20)' GUARD=7200 bash tests/run -v tools/tune-finds-the-setting-that-helps
.PHONY: tuned
peaks: all targets ## whose plateau the peak is, over 200 seeds of five patterns (SEEDS=N; some 40 minutes)
	@$(TEST_ENV) SEEDS='$(or $(SEEDS),200)' GUARD=14400 bash tests/run -v numbers/the-peak-is-that-of-the-highest-plateau
.PHONY: peaks
mutants: ## make each mistake of tests/mutants in a copy and run the tests that are to notice it (M="ID..." some)
	@MAKE='$(MAKE)' python3 tests/mutants/run.py $(M)
.PHONY: mutants
stacks-everywhere: all ## our unwinder against libunwind in every executable below /usr/bin and /usr/lib
	@python3 tests/stacks/walk.py $(B)/libmemprof.so $(B)/memprof tests/stacks/unwinders-agree.differences
.PHONY: stacks-everywhere
names-everywhere: all $(ASK) ## our names against llvm-symbolizer's and eu-addr2line's, in programs of every compiler here
	@B='$(abspath $(B))' tests/names/build_corpus $(B)/corpus >$(B)/corpus.files
	@python3 tests/names/compare.py $(ASK) tests/names/names-agree.differences $$(cat $(B)/corpus.files)
.PHONY: names-everywhere
programs-everywhere: all ## sixty real programs at interval 1: whole stacks, and the names that gdb gives
	@python3 tests/programs/everywhere.py $(B)/libmemprof.so $(B)/memprof $(P)
.PHONY: programs-everywhere
releases: all ## mistakes put into redis-server and sqlite3, from Debian's sources: diff names each in its first row
	@tests/programs/releases $(B)/memprof $(B)/releases
.PHONY: releases
advised: all ## programs from Debian's sources, and what following the advice about them saves
	@tests/programs/advised $(B)/memprof $(B)/advised
.PHONY: advised
owners: shim truth ## jq, sqlite3, redis and xmllint, from Debian's sources, with their true activations: no block is said to die too early
	@tests/programs/owners $(B) $(B)/owners
.PHONY: owners
compilers: all test-programs ## gcc and clang, -O0 to -O3, the flags of distributions (COMPILERS="gcc clang-19")
	@$(TEST_ENV) COMPILERS='$(or $(COMPILERS),gcc clang)' GUARD=7200 bash tests/run -v builds/
.PHONY: compilers
older: shim ## the library in a bare Debian 11, whose glibc is 2.31 (as root)
	@bash tests/older/run $(B)
.PHONY: older
include tests/bench/bench.mk

# --- fuzz: libFuzzer over every reader of foreign bytes; FUZZ_SECONDS each ---
FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst %.c,$(B)/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS := -std=gnu11 -I. -I$(ARCH) -D_GNU_SOURCE -DMEMPROF_VERSION='"$(VERSION)"' $(COLLECTOR_CFLAGS) -Itests/unit -w -g -O1 \
	-fno-sanitize-recover=undefined
# The collector is compiled once for all of them.
FUZZ_OBJ := $(COLLECTOR_SRC:%.c=$(B)/fuzz/%.o)
$(FUZZ_OBJ): $(B)/fuzz/%.o: %.c $(PROTO_SRC) $(WRAPPERS) | $$(@D)/
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,address,undefined -MMD -MP -c -o $@ $<
$(B)/fuzz/profile.pb-c.o: $(PROTO_SRC) | $(B)/fuzz/
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,address,undefined -c -o $@ $<
$(B)/fuzz/libcollector.a: $(FUZZ_OBJ) $(B)/fuzz/profile.pb-c.o $(B)/collector/profile/pattern.o
	rm -f $@ && $(AR) qcsD $@ $^
$(FUZZERS): $(B)/%: %.c $(B)/fuzz/libcollector.a | $(B)/tests/fuzz/
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer,address,undefined -o $@ $< $(FUZZ_MORE) $(B)/fuzz/libcollector.a \
		$(COLLECTOR_LIBS) $(PATTERN_LIBS) $(FUZZ_LIBS)
$(B)/tests/fuzz/fuzz_stat: FUZZ_MORE := $(addprefix tools/,$(addsuffix .c,$(addprefix stat/,record record_read record_write values) measure quantity))
$(B)/tests/fuzz/fuzz_stat: FUZZ_LIBS := $(JSON_LIBS)
$(B)/tests/fuzz/fuzz_limits: FUZZ_MORE := $(addprefix tools/,gates/limit.c gates/metric.c gates/ratchet.c gates/spec.c \
	budget/budget.c date.c small_file.c whole_file.c measure.c)
fuzz: $(FUZZERS) ## fuzz the readers of states and profiles (FUZZ_SECONDS=60 each)
	@$(TEST_ENV) FUZZ_SECONDS='$(FUZZ_SECONDS)' bash tests/fuzz/run $(FUZZERS)
.PHONY: fuzz
