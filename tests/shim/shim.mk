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
$(SHIM_TESTS): %: %.o $(B)/tests/shim/parts.a
	$(CC) $(LINK_FLAGS) -o $@ $< $(B)/tests/shim/parts.a -lcmocka -ldl -pthread
.SECONDARY: $(SHIM_TESTS:=.o) $(B)/tests/shim/host.o

# --- tests/races: the same parts and a stress test under ThreadSanitizer ---
RACES := $(B)/tests/races
RACES_OBJ := $(SHIM_PARTS:%.c=$(RACES)/%.o) $(RACES)/tests/shim/host.o $(RACES)/tests/races/stress.o
# An addition in assembler is one that it does not see.
RACES_ADD := '-DCOUNT_ADD(c, n)=atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + (n), memory_order_release)'
$(RACES_OBJ): $(RACES)/%.o: %.c | $$(@D)/
	$(TARGET_CC) $(ALL_CFLAGS) -O1 -fno-lto -fsanitize=thread $(RACES_ADD) -c $< -o $@
$(RACES)/stress: $(RACES_OBJ)
	$(TARGET_CC) $(CFLAGS) -fno-lto -fsanitize=thread -Wl,--wrap=thread_is_gone -o $@ $^ -ldl -pthread
-include $(RACES_OBJ:.o=.d)

# --- tests/interleavings: the lock-free parts, one atomic operation at a time.  All
# that they keep goes into one section, which the explorer saves and takes back. ---
INTER := $(B)/tests/interleavings
INTER_PARTS := arena context count counters peak saved timeline event live reentry sampler nodes sites \
	$(addprefix unwind/,choose compare stack stack_whole) \
	$(addprefix process/,fork memory_limit prepare process process_wide state_map state_file)
INTER_STEPPED := world moments cases cases_peak cases_events cases_forks cases_tables cases_rules
INTER_PLAIN := explore memory collected
INTER_OBJ := $(INTER_PARTS:%=$(INTER)/preload/%.o) $(INTER_STEPPED:%=$(INTER)/%.o)
INTER_CFLAGS = $(ALL_CFLAGS) -O2 -fno-lto -fno-pie -fno-common
INTER_STEPS := -w -include tests/interleavings/atomics.h
INTER_COMPILE = $(TARGET_CC) $(INTER_CFLAGS) $(INTER_STEPS) -c $< -o $@ && \
	objcopy --set-section-flags .bss=alloc,load,contents,data --rename-section .bss=shim_data \
		--rename-section .data=shim_data $@
$(INTER)/preload/%.o: preload/%.c | $$(@D)/
	$(INTER_COMPILE)
$(INTER)/cases_rules.o: tests/interleavings/cases_rules.c | $(INTER)/
	$(INTER_COMPILE)
$(patsubst %,$(INTER)/%.o,$(filter-out cases_rules,$(INTER_STEPPED))): $(INTER)/%.o: tests/interleavings/%.c | $(INTER)/
	$(TARGET_CC) $(INTER_CFLAGS) $(INTER_STEPS) -c $< -o $@
$(INTER_PLAIN:%=$(INTER)/%.o): $(INTER)/%.o: tests/interleavings/%.c | $(INTER)/
	$(TARGET_CC) $(INTER_CFLAGS) -D__thread= -c $< -o $@
# The collector's sums, stepped like the writers they are read from.
INTER_READER := $(INTER)/collector/state/counts.o
$(INTER_READER): $(INTER)/%.o: %.c | $$(@D)/
	$(TARGET_CC) $(INTER_CFLAGS) $(COLLECTOR_CFLAGS) -w -include tests/interleavings/reader_atomics.h -c $< -o $@
$(INTER)/cases: $(INTER_OBJ) $(INTER_READER) $(INTER_PLAIN:%=$(INTER)/%.o) $(B)/libcollector.a
	$(TARGET_CC) $(CFLAGS) -no-pie -Wl,--wrap=peak_look -o $@ $^ $(COLLECTOR_LIBS)
-include $(INTER_OBJ:.o=.d) $(INTER_READER:.o=.d) $(INTER_PLAIN:%=$(INTER)/%.d)

shim-tests: $(SHIM_TESTS) $(RACES)/stress $(INTER)/cases
.PHONY: shim-tests

# --- soak: the long forms of what `make check` does in a small one ---
soak: all test-programs ## the long tests: kills, soaks, races; at least ten minutes
	@for area in soak/ end/kill races/ calls/any-failing loader/storms processes/forks threads/handlers; do \
		$(TEST_ENV) SOAK=1 GUARD=7200 bash tests/run -v $$area || exit 1; done
.PHONY: soak
