# SPDX-License-Identifier: Apache-2.0
# memprof: `make` builds everything into build/; `make help` lists the targets.

VERSION := 0.1.0# the only place: --version, man pages and profiles have it from here
B := build
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib# where the loader looks; a Debian package's has the architecture's name behind it
DESTDIR ?=
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
MACHINE := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
ARCH := preload/arch/$(MACHINE)# all that is of one architecture
ifeq ($(wildcard $(ARCH)),)
$(error memprof is written for $(notdir $(wildcard preload/arch/*)); $(CC) compiles for $(MACHINE))
endif

CC ?= gcc
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror=implicit
CXXFLAGS ?= $(filter-out -Werror=implicit-%,$(CFLAGS))
# No path of the build is in what is built: the same sources give the same bytes anywhere.  Said to
# the linker, too: with -flto it compiles.
SAME_ANYWHERE = -ffile-prefix-map=$(CURDIR)=.
BOTH_FLAGS = -I. -I$(ARCH) $(CPPFLAGS) $(SAME_ANYWHERE) -MMD -MP
ALL_CFLAGS = -std=gnu11 $(WARN) -D_GNU_SOURCE -DMEMPROF_VERSION='"$(VERSION)"' $(BOTH_FLAGS) $(CFLAGS)
ALL_CXXFLAGS = -std=gnu++17 -Wall -Wextra $(BOTH_FLAGS) $(CXXFLAGS)
LINK_FLAGS = $(CFLAGS) $(SAME_ANYWHERE) -Wl,-z,defs $(LDFLAGS)

.PHONY: all shim collector tools help clean check install uninstall format check-format
all: shim collector tools
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16
$(B)/%/:
	@mkdir -p $@
.PRECIOUS: $(B)/%/
.SECONDEXPANSION: # for the folder of an object: $$(@D)/
clean: ## remove build/
	rm -rf $(B)

SONAME := libmemprof.so.0 # installed under this name, with a link libmemprof.so for LD_PRELOAD

# --- preload/: the shim.  NEEDED is libc.so.6 alone; exported is libmemprof.map alone. ---
# Initial-exec TLS and hidden visibility keep the fast path at a tail call, which it is at -O1, too: what is between
# malloc and its caller would hide that caller from who follows frame pointers.
SHIM_SRC := $(wildcard preload/*.c $(addprefix preload/,base/*.c process/*.c unwind/*.c) $(ARCH)/*.c)
SHIM_OBJ := $(SHIM_SRC:%.c=$(B)/%.o)
SHIM_CFLAGS := -fPIC -fvisibility=hidden -ftls-model=initial-exec \
	-fno-stack-protector -fno-exceptions -fasynchronous-unwind-tables -fno-builtin-malloc \
	-foptimize-sibling-calls
$(SHIM_OBJ): $(B)/%.o: %.c | $$(@D)/
	$(CC) $(ALL_CFLAGS) $(SHIM_CFLAGS) -c $< -o $@
# A distribution may want frame pointers everywhere; a frame of these would be in the fast path.
$(B)/preload/interpose.o $(B)/preload/operators.o: SHIM_CFLAGS += -fomit-frame-pointer -momit-leaf-frame-pointer
# A .symver stands in the same unit as the function that it is about.
$(B)/preload/process/symbols.o: SHIM_CFLAGS += -fno-lto
$(B)/libmemprof.so: $(SHIM_OBJ) preload/libmemprof.map
	$(CC) -shared $(LINK_FLAGS) $(SHIM_CFLAGS) -o $@ $(SHIM_OBJ) -Wl,-soname,$(SONAME) -Wl,--as-needed \
		-Wl,--version-script=preload/libmemprof.map -Wl,-z,now -Wl,-z,relro -Wl,--hash-style=both -static-libgcc

# memprof-end is what a profiled process becomes at its end: static, no libc (preload/end/).
END_OBJ := $(patsubst %.c,$(B)/end/%.o,$(wildcard preload/end/*.c) preload/process/room.c)
END_CFLAGS := -ffreestanding -fno-lto -U_FORTIFY_SOURCE -fno-pie -fno-stack-protector \
	-fno-asynchronous-unwind-tables
ifeq ($(findstring clang,$(CC)),) # for clang, -ffreestanding says it
END_CFLAGS += -fno-tree-loop-distribute-patterns
END_LINK := -no-pie
endif
$(END_OBJ): $(B)/end/%.o: %.c | $$(@D)/
	$(CC) $(ALL_CFLAGS) $(END_CFLAGS) -c $< -o $@
$(B)/memprof-end: $(END_OBJ)
	$(CC) $(CFLAGS) $(LDFLAGS) -static $(END_LINK) -nostdlib -nostartfiles -Wl,-z,noseparate-code -o $@ $^
shim: $(B)/libmemprof.so $(B)/memprof-end ## build the preloaded library and its memprof-end

# --- collector/: a state in, a profile out; main.c is memprof-collect, the rest a library. ---
# memprof-collect reads no symbols itself (worker_exec.c) and starts without the libraries for it.
COLLECTOR_OWN := collector/main.c collector/symbols_main.c collector/symbols/worker_exec.c
PROTO_SRC := $(B)/gen/collector/profile/profile.pb-c.c
COLLECTOR_SRC := $(filter-out $(COLLECTOR_OWN),$(wildcard collector/*.c collector/*/*.c))
COLLECTOR_OBJ := $(COLLECTOR_SRC:%.c=$(B)/%.o) $(PROTO_SRC:.c=.o) $(B)/collector/profile/pattern.o
COLLECTOR_LIBS := -ldw -lelf -lprotobuf-c -lz -llzma -liberty -lm
COLLECT_LIBS := -lprotobuf-c -lz
PATTERN_LIBS := -lre2 -lstdc++ # memprof-collect matches nothing and does without
# Static, since a further library would make every start of memprof slower; see NOTICE.
JSON_LIBS := -l:libjansson.a
COLLECTOR_CFLAGS := -I$(B)/gen
PROTOC := $(firstword $(shell command -v protoc protoc-c) protoc)
$(B)/gen/collector/profile/profile.pb-c.c $(B)/gen/collector/profile/profile.pb-c.h &: collector/profile/profile.proto | $(B)/gen/collector/profile/
	$(PROTOC) --c_out=$(B)/gen collector/profile/profile.proto
# wrappers.txt as one C string: comments and empty lines go, a line is an alternative.
WRAPPERS := $(B)/gen/collector/profile/wrapper_list.h
$(WRAPPERS): collector/profile/wrappers.txt | $(B)/gen/collector/profile/
	awk '/^#|^$$/ { next } { gsub(/[\\"]/, "\\\\&"); text = text "\\\n    \"" bar $$0 "\""; bar = "|" } \
		END { print "#define DROP_FRAMES_WRAPPERS " text }' $< >$@
$(B)/gen/%.o: $(B)/gen/%.c
	$(CC) $(ALL_CFLAGS) $(COLLECTOR_CFLAGS) -w -c $< -o $@
$(B)/collector/%.o: collector/%.c $(B)/gen/collector/profile/profile.pb-c.h $(WRAPPERS) | $$(@D)/
	$(CC) $(ALL_CFLAGS) $(COLLECTOR_CFLAGS) -c $< -o $@
$(B)/collector/%.o: collector/%.cc | $$(@D)/
	$(CXX) $(ALL_CXXFLAGS) -c $< -o $@
$(B)/libcollector.a: $(COLLECTOR_OBJ)
	rm -f $@ && $(AR) qcsD $@ $^
$(B)/memprof-collect: $(B)/collector/main.o $(B)/collector/symbols/worker_exec.o $(B)/libcollector.a
	$(CC) $(LINK_FLAGS) -o $@ $^ $(COLLECT_LIBS)
$(B)/memprof-symbols: $(B)/collector/symbols_main.o $(B)/libcollector.a
	$(CC) $(LINK_FLAGS) -o $@ $^ $(COLLECTOR_LIBS)
collector: $(B)/memprof-collect $(B)/memprof-symbols ## build memprof-collect and its memprof-symbols

# --- tools/: the memprof command. ---
# What serves, what pushes, and what draws a full screen, are programs of their own: their libraries would
# slow the start of every command.
SERVE_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tools/serve/*.c))
PUSH_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tools/push/*.c))
WATCH_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tools/watch/*.c))
TOOLS_OBJ := $(filter-out $(SERVE_OBJ) $(PUSH_OBJ) $(WATCH_OBJ),$(patsubst %.c,$(B)/%.o,$(wildcard tools/*.c tools/*/*.c)))
$(B)/tools/%.o: tools/%.c | $$(@D)/
	$(CC) $(ALL_CFLAGS) -DMEMPROF_MULTIARCH='"$(MULTIARCH)"' -c $< -o $@
# The page of `memprof report`: what a module imports stands before it.
PAGE := $(addprefix tools/report/page/,text.js format.js model.js frames.js elements.js timeline.js flame.js table.js detail.js sources.js advice.js main.js)
$(B)/gen/tools/report/embedded.c: tools/report/page/embed tools/report/page/style.css $(PAGE) | $(B)/gen/tools/report/
	sh $^ >$@.new
	mv $@.new $@
REPORT_OBJ := $(B)/gen/tools/report/embedded.o
$(B)/memprof: $(TOOLS_OBJ) $(REPORT_OBJ) $(B)/libcollector.a
	$(CC) $(LINK_FLAGS) -o $@ $^ $(COLLECTOR_LIBS) $(PATTERN_LIBS) $(JSON_LIBS)
$(B)/libtools.a: $(filter-out $(B)/tools/memprof.o $(B)/tools/cmd_%.o,$(TOOLS_OBJ))
	rm -f $@ && $(AR) qcsD $@ $^
$(B)/memprof-serve: $(SERVE_OBJ) $(B)/libtools.a $(B)/libcollector.a
	$(CC) $(LINK_FLAGS) -o $@ $^ -lmicrohttpd $(COLLECTOR_LIBS) $(PATTERN_LIBS) $(JSON_LIBS)
$(B)/memprof-push: $(PUSH_OBJ) $(B)/libtools.a $(B)/libcollector.a
	$(CC) $(LINK_FLAGS) -o $@ $^ -lcurl $(COLLECTOR_LIBS) $(PATTERN_LIBS) $(JSON_LIBS)
# What `memprof diff --self-test` preloads behind the shim.
SELF_TEST := $(B)/libmemprof-self-test.so
$(SELF_TEST): $(wildcard tools/self_test/library/*.c) | $(B)/tools/self_test/
	$(CC) $(ALL_CFLAGS) -shared -fPIC -fvisibility=hidden -fno-builtin $(LINK_FLAGS) -MF $(B)/tools/self_test/library.d \
		-o $@ $< -Wl,-soname,$(notdir $@) -Wl,-z,now
$(B)/memprof-watch: $(WATCH_OBJ) $(B)/libtools.a $(B)/libcollector.a
	$(CC) $(LINK_FLAGS) -o $@ $^ -lncursesw -ltinfo $(COLLECTOR_LIBS) $(PATTERN_LIBS) $(JSON_LIBS)
tools: $(B)/memprof $(B)/memprof-serve $(B)/memprof-push $(B)/memprof-watch $(SELF_TEST) ## build the memprof command, memprof-serve, memprof-push and memprof-watch

# --- tests/ ---
-include tests/tests.mk

# --- install ---
MAN := $(wildcard docs/man/*.1)
PROGRAMS := memprof memprof-serve memprof-push memprof-watch memprof-collect memprof-symbols memprof-end
BASH_COMPLETIONS := $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETIONS := $(PREFIX)/share/zsh/site-functions
install: all ## install below PREFIX and LIBDIR (DESTDIR for packages)
	install -d $(DESTDIR)$(LIBDIR) $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(B)/libmemprof.so $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libmemprof.so
	install -m 755 $(SELF_TEST) $(DESTDIR)$(LIBDIR)/
	install -m 755 $(patsubst %,$(B)/%,$(PROGRAMS)) $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(MAN) $(DESTDIR)$(PREFIX)/share/man/man1/
	install -d $(DESTDIR)$(BASH_COMPLETIONS) $(DESTDIR)$(ZSH_COMPLETIONS)
	install -m 644 tools/completions/memprof.bash $(DESTDIR)$(BASH_COMPLETIONS)/memprof
	install -m 644 tools/completions/_memprof $(DESTDIR)$(ZSH_COMPLETIONS)/
	install -D -m 644 NOTICE $(DESTDIR)$(PREFIX)/share/doc/memprof/NOTICE
	sed -i 's/@VERSION@/$(VERSION)/' $(patsubst docs/man/%,$(DESTDIR)$(PREFIX)/share/man/man1/%,$(MAN))
	@sh scripts/install-hint '$(DESTDIR)' '$(PREFIX)' '$(LIBDIR)'
uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR)$(LIBDIR)/,libmemprof.so $(SONAME) $(notdir $(SELF_TEST))) $(patsubst %,$(DESTDIR)$(PREFIX)/bin/%,$(PROGRAMS))
	rm -f $(patsubst docs/man/%,$(DESTDIR)$(PREFIX)/share/man/man1/%,$(MAN))
	rm -f $(DESTDIR)$(BASH_COMPLETIONS)/memprof $(DESTDIR)$(ZSH_COMPLETIONS)/_memprof
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/memprof

# --- what is given to others ---
DIST := memprof-$(VERSION)
dist: ## build/memprof-VERSION.tar.gz of what is committed, the same bytes each time, and its checksum
	@mkdir -p $(B)
	git archive --format=tar --prefix=$(DIST)/ HEAD | gzip -9n >$(B)/$(DIST).tar.gz
	cd $(B) && sha256sum $(DIST).tar.gz >$(DIST).tar.gz.sha256
SUITE ?= bookworm
deb: ## Debian's packages, built, installed, used and purged in a bare Debian (SUITE=trixie: 13; as root)
	sh scripts/in-root $(SUITE) scripts/deb
	rm -rf $(B)/deb-$(SUITE) && cp -r $(B)/.root-$(SUITE)/src/build/deb $(B)/deb-$(SUITE)
deb-here: dist ## the same packages as this machine builds them, in build/deb/
	rm -rf $(B)/deb && mkdir $(B)/deb
	cp $(B)/$(DIST).tar.gz $(B)/deb/memprof_$(VERSION).orig.tar.gz
	tar -xzf $(B)/$(DIST).tar.gz -C $(B)/deb
	cd $(B)/deb/$(DIST) && env -u MAKEFLAGS -u MAKELEVEL -u B dpkg-buildpackage -us -uc
.PHONY: dist deb deb-here

# --- builds for finding mistakes, each in a directory of its own, and the tests that fit them ---
# AddressSanitizer covers the collector and the tools: it replaces malloc, as the shim does.
TOOL_TESTS := $(addprefix tools/,top inspect collect a-name messages stat- a-directory)
ASAN_FLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
DEBUG_FLAGS := -O0 -g3
INSTRUMENTED = $(MAKE) -C '$(CURDIR)' B='$(abspath $(B))/$@'
asan: all targets ## AddressSanitizer and UBSan: the unit tests and those of the tools
	+@$(INSTRUMENTED) CFLAGS='$(ASAN_FLAGS)' tools collector-tests
	@cp -r $(B)/libmemprof.so $(B)/memprof-end $(B)/memprof-collect $(B)/targets $(B)/asan/ # plain: limits leave no room
	@$(TEST_ENV) B='$(abspath $(B))/$@' ASAN_OPTIONS=detect_leaks=1 bash tests/run 'unit/*' $(TOOL_TESTS)
tsan: ## ThreadSanitizer: the shim's lock-free parts under four threads
	+@$(INSTRUMENTED) '$(abspath $(B))/$@/tests/races/stress'
	@$(TEST_ENV) B='$(abspath $(B))/$@' bash tests/run 'races/*'
debug: ## -O0 -g3: the unit tests and those of the tools
	+@$(INSTRUMENTED) CFLAGS='$(DEBUG_FLAGS)' all test-programs
	@$(TEST_ENV) B='$(abspath $(B))/$@' bash tests/run 'unit/*' 'shim/*' 'tools/*'
.PHONY: asan tsan debug

# The same version in Debian 12 and 13: others lay out a few lines differently.
CLANG_FORMAT ?= clang-format-19
SOURCES := $(wildcard preload/*.[ch] preload/*/*.[ch] preload/*/*/*.[ch] collector/*.[ch] collector/*/*.[ch] collector/*/*.cc tools/*.[ch] tools/*/*.[ch] tools/*/*/*.[ch] tests/*/*.[ch] tests/*/*.cc)
format: ## clang-format every source
	$(CLANG_FORMAT) -i $(SOURCES)
check-format: ## fail when a source is not as clang-format has it
	$(CLANG_FORMAT) --dry-run --Werror $(SOURCES)

-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d $(B)/*/*/*/*.d)
