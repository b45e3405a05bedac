# SPDX-License-Identifier: Apache-2.0
# Included by tests.mk: tests of the shim's parts, linked as ordinary objects.  What
# defines malloc, _exit or dlclose stays out.

SHIM_PARTS := $(filter-out $(addprefix preload/,interpose.c operators.c \
	$(addprefix process/,start.c end.c become.c stdio_flush.c calls.c)),$(SHIM_SRC))

# --- tests/shim/test_*.c: a test that replaces a part defines all of its functions ---
SHIM_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/shim/test_*.c))
$(B)/tests/shim/parts.a: $(SHIM_PARTS:%.c=$(B)/%.o) $(B)/tests/shim/host.o
	rm -f $@ && $(AR) qcsD $@ $^
$(B)/tests/shim/%.o: tests/shim/%.c | $(B)/tests/shim/
	$(CC) $(ALL_CFLAGS) -c $< -o $@
# These have the rules of one architecture in them.
$(B)/tests/shim/test_cfi.o: ARCH := preload/arch/x86_64
$(B)/tests/shim/test_cfi_aarch64.o: ARCH := preload/arch/aarch64
$(SHIM_TESTS): %: %.o $(B)/tests/shim/parts.a
	$(CC) $(LINK_FLAGS) -o $@ $< $(B)/tests/shim/parts.a -lcmocka -ldl -pthread
.SECONDARY: $(SHIM_TESTS:=.o) $(B)/tests/shim/host.o

# --- tests/races: the same parts and a stress test under ThreadSanitizer ---
RACES := $(B)/tests/races
RACES_OBJ := $(SHIM_PARTS:%.c=$(RACES)/%.o) $(RACES)/tests/shim/host.o $(RACES)/tests/races/stress.o
# An addition in assembler is one that it does not see.
$(RACES_OBJ): $(RACES)/%.o: %.c | $$(@D)/
	$(TARGET_CC) $(ALL_CFLAGS) -O1 -fno-lto -fsanitize=thread -DCOUNT_PORTABLE -c $< -o $@
$(RACES)/stress: $(RACES_OBJ)
	$(TARGET_CC) $(CFLAGS) -fno-lto -fsanitize=thread -Wl,--wrap=thread_is_gone -o $@ $^ -ldl -pthread
-include $(RACES_OBJ:.o=.d)

# --- tests/interleavings: the lock-free parts, one atomic operation at a time.  All
# that they keep goes into one section, which the explorer saves and takes back. ---
OBJCOPY ?= objcopy
INTER := $(B)/tests/interleavings
INTER_PARTS := arena context count count_block counters peak saved timeline event event_followed lifetimes windows lives live \
	reentry sampler nodes sites $(addprefix unwind/,activations choose compare stack stack_whole) \
	$(addprefix process/,fork memory_limit prepare process process_wide state_map state_file)
INTER_STEPPED := world world_sums moments cases cases_all cases_peak cases_timeline cases_events cases_forks \
	cases_tables cases_rules cases_lifetimes
INTER_PLAIN := explore threads places memory seen collected
INTER_OBJ := $(INTER_PARTS:%=$(INTER)/preload/%.o) $(INTER_STEPPED:%=$(INTER)/%.o)
INTER_CFLAGS = $(ALL_CFLAGS) -O2 -fno-lto -fno-pie -fno-common
INTER_STEPS := -w -include tests/interleavings/atomics.h
INTER_COMPILE = $(TARGET_CC) $(INTER_CFLAGS) $(INTER_STEPS) -c $< -o $@ && \
	$(OBJCOPY) --set-section-flags .bss=alloc,load,contents,data --rename-section .bss=shim_data \
		--rename-section .data=shim_data $@
$(INTER)/preload/%.o: preload/%.c | $$(@D)/
	$(INTER_COMPILE)
$(INTER)/cases_rules.o: tests/interleavings/cases_rules.c | $(INTER)/
	$(INTER_COMPILE)
$(patsubst %,$(INTER)/%.o,$(filter-out cases_rules,$(INTER_STEPPED))): $(INTER)/%.o: tests/interleavings/%.c | $(INTER)/
	$(TARGET_CC) $(INTER_CFLAGS) $(INTER_STEPS) -c $< -o $@
$(INTER_PLAIN:%=$(INTER)/%.o) $(INTER)/strong.o: $(INTER)/%.o: tests/interleavings/%.c | $(INTER)/
	$(TARGET_CC) $(INTER_CFLAGS) -D__thread= -c $< -o $@
# The collector's sums, stepped like the writers they are read from.
INTER_READER := $(INTER)/collector/state/counts.o $(INTER)/collector/state/timeline.o
$(INTER_READER): $(INTER)/%.o: %.c | $$(@D)/
	$(TARGET_CC) $(INTER_CFLAGS) $(COLLECTOR_CFLAGS) -w -include tests/interleavings/reader_atomics.h -c $< -o $@
$(INTER)/cases: $(INTER_OBJ) $(INTER_READER) $(INTER_PLAIN:%=$(INTER)/%.o) $(INTER)/strong.o $(B)/libcollector.a
	$(TARGET_CC) $(CFLAGS) -no-pie -Wl,--wrap=peak_look -o $@ $^ $(COLLECTOR_LIBS)
-include $(INTER_OBJ:.o=.d) $(INTER_READER:.o=.d) $(INTER_PLAIN:%=$(INTER)/%.d)

# The same with memory as arm64 has it: the compiler says what the code does with it.
WEAK := $(INTER)/weak
WEAK_CASES := cases_weak cases_weak_tables cases_rules
WEAK_OBJ := $(INTER_PARTS:%=$(WEAK)/preload/%.o) $(WEAK_CASES:%=$(WEAK)/tests/interleavings/%.o) \
	$(addprefix $(WEAK)/collector/state/,counts.o timeline.o layout.o tables.o lifetimes.o)
$(WEAK_OBJ): $(WEAK)/%.o: %.c | $$(@D)/
	$(TARGET_CC) $(INTER_CFLAGS) $(COLLECTOR_CFLAGS) -w -fsanitize=thread -DCOUNT_PORTABLE \
		-include tests/interleavings/kernel.h $(if $(filter %/counts.c,$<),-include tests/interleavings/reader_memory.h) -c $< -o $@
	$(OBJCOPY) --set-section-flags .bss=alloc,load,contents,data --rename-section .bss=shim_data \
		--rename-section .data=shim_data $@
$(INTER)/weak.o $(INTER)/weak_history.o: $(INTER)/%.o: tests/interleavings/%.c | $(INTER)/
	$(TARGET_CC) $(INTER_CFLAGS) -D__thread= -c $< -o $@
$(INTER)/weak_calls.o: tests/interleavings/weak_calls.c | $(INTER)/
	$(TARGET_CC) $(INTER_CFLAGS) -fno-builtin -w -c $< -o $@
$(INTER)/weak_cases: $(WEAK_OBJ) $(INTER)/world.o $(INTER)/world_sums.o $(INTER)/moments.o $(INTER_PLAIN:%=$(INTER)/%.o) \
		$(INTER)/weak.o $(INTER)/weak_history.o $(INTER)/weak_calls.o $(INTER)/cases.o $(B)/libcollector.a
	$(TARGET_CC) $(CFLAGS) -no-pie -Wl,--wrap=peak_look -o $@ $^ $(COLLECTOR_LIBS)
-include $(WEAK_OBJ:.o=.d)

# --- tests/truth: a build of the shim that is judged by who knows the true activations ---
TRUTH := $(B)/tests/truth
TRUTH_LIVES := $(addprefix $(TRUTH)/lives-,O0 O2)
TRUTH_OBJ := $(addprefix $(TRUTH)/preload/,lifetimes.o event_followed.o)
$(TRUTH_OBJ): $(TRUTH)/%.o: %.c tests/truth/judge.h | $$(@D)/
	$(CC) $(ALL_CFLAGS) $(SHIM_CFLAGS) -include tests/truth/judge.h -c $< -o $@
$(TRUTH)/libmemprof.so: $(TRUTH_OBJ) $(filter-out $(TRUTH_OBJ:$(TRUTH)/%=$(B)/%),$(SHIM_OBJ)) preload/libmemprof.map
	$(CC) -shared $(LINK_FLAGS) $(SHIM_CFLAGS) -o $@ $(filter %.o,$^) -Wl,-soname,libmemprof.so \
		-Wl,--version-script=preload/libmemprof.map -Wl,-z,now -static-libgcc
$(TRUTH)/libtruth.so: tests/truth/truth.c | $(TRUTH)/
	$(TARGET_CC) $(TARGET_CFLAGS) -O2 -std=gnu11 $(WARN) -I. -I$(ARCH) -mgeneral-regs-only -shared -fPIC -MF $@.d $< -o $@ -Wl,-soname,libtruth.so
$(TRUTH_LIVES): $(TRUTH)/lives-%: tests/truth/lives.cc $(TRUTH)/libtruth.so
	$(TARGET_CXX) $(TARGET_CFLAGS) -$* -std=c++17 -Wall -Wextra -pg -mfentry -MF $@.d -c $< -o $@.o
	$(TARGET_CXX) -o $@ $@.o $(TRUTH)/libtruth.so -Wl,-rpath,'$$ORIGIN' -pthread # without -pg: no profile of its own
truth: $(if $(filter x86_64,$(MACHINE)),$(TRUTH)/libmemprof.so $(TRUTH_LIVES))
.PHONY: truth
-include $(TRUTH_OBJ:.o=.d) $(wildcard $(TRUTH)/*.d)

# --- what the shim's rare parts cost: for the benchmark ---
COST := $(B)/tests/shim/cost
COST_OBJ := $(SHIM_PARTS:%.c=$(B)/cost/%.o) $(B)/cost/tests/shim/host.o $(B)/cost/tests/shim/cost.o
$(COST_OBJ): $(B)/cost/%.o: %.c | $$(@D)/
	$(CC) $(ALL_CFLAGS) -O2 -fno-lto -c $< -o $@
$(COST): $(COST_OBJ) | $(B)/tests/shim/
	$(CC) $(CFLAGS) -fno-lto -Wl,--wrap=timeline_tick -o $@ $^ -ldl -pthread
-include $(COST_OBJ:.o=.d)

# The explorer steps, and the functions whose flow is searched are written, in x86-64's own terms.
SHIM_ONLY := $(RACES)/stress $(INTER)/cases $(INTER)/weak_cases $(B)/tests/shim/test_reach
shim-tests: truth $(if $(filter x86_64,$(MACHINE)),$(SHIM_TESTS) $(SHIM_ONLY),$(filter-out $(SHIM_ONLY),$(SHIM_TESTS)))
.PHONY: shim-tests

# --- soak: the long forms of what `make check` does in a small one ---
soak: all test-programs ## the long tests: kills, soaks, races; at least ten minutes
	@for area in soak/ end/kill races/ calls/any-failing loader/storms processes/forks threads/handlers; do \
		$(TEST_ENV) SOAK=1 GUARD=7200 bash tests/run -v $$area || exit 1; done
.PHONY: soak
