# Lede. `make help` lists the targets. MODE=release|debug|asan|tsan picks the flags; each mode has a tree
# of its own below build/. CC, CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS are the user's: what is given is added
# behind what the code needs.
MODE    ?= release
VERSION := 0.1.0
SOVERSION := 0
B       := build/$(MODE)

prefix      ?= $(or $(PREFIX),/usr/local)
exec_prefix ?= $(prefix)
bindir      ?= $(exec_prefix)/bin
libdir      ?= $(exec_prefix)/lib
includedir  ?= $(prefix)/include
datarootdir ?= $(prefix)/share
mandir      ?= $(datarootdir)/man
INSTALL     ?= install
OBJCOPY     ?= objcopy

# The libraries that the engine stands on. libstemmer has no pkg-config file everywhere.
PACKAGES := libzstd libutf8proc yajl
# Needed at build time for their headers alone: libarchive is loaded when the first archive is met.
HEADER_PACKAGES := libarchive
PKG_CONFIG ?= pkg-config
DEPS_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) $(HEADER_PACKAGES) 2>/dev/null)
DEPS_LIBS   := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lstemmer

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wundef -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wcast-qual -Wformat=2
CFLAGS_release := -O2
CFLAGS_debug   := -O0 -Werror -DLEDE_DEBUG=1
CFLAGS_asan    := -O1 -Werror -DLEDE_DEBUG=1 -fno-omit-frame-pointer -fsanitize=address,undefined \
                  -fno-sanitize-recover
CFLAGS_tsan    := -O1 -Werror -DLEDE_DEBUG=1 -fsanitize=thread
$(if $(CFLAGS_$(MODE)),,$(error MODE is release, debug, asan or tsan, not $(MODE)))
OUR_CPPFLAGS := -Iinclude -Iengine -D_GNU_SOURCE $(DEPS_CFLAGS)
OUR_CFLAGS   := -std=c17 -g -fPIC -fvisibility=hidden -ffp-contract=off -pthread -MMD -MP $(WARNINGS) \
                $(CFLAGS_$(MODE))
OUR_LDLIBS   := $(DEPS_LIBS) -lm
SANITIZE      = $(filter -fsanitize=% -fno-sanitize%,$(CFLAGS_$(MODE)) $(CFLAGS))

COMPILE = $(CC) $(OUR_CPPFLAGS) $(CPPFLAGS) $(OUR_CFLAGS) $(CFLAGS)
LINK    = $(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS)
LIBS    = $(LDLIBS) $(OUR_LDLIBS)

# The suffix of a file names its instruction set; files of another architecture are left out.
MACHINE := $(shell $(CC) -dumpmachine)
FOREIGN := $(if $(filter x86_64-%,$(MACHINE)),,%_avx2.c %_avx512.c) $(if $(filter aarch64-%,$(MACHINE)),,%_neon.c)
LIB_C   := $(filter-out $(FOREIGN),$(sort $(wildcard engine/*/*.c)))
LIB_O   := $(patsubst %.c,$(B)/%.o,$(LIB_C))
LEDE_O  := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tools/lede/*.c)))
SUITE_C := $(sort $(wildcard tests/*/test_*.c))
SUITES  := $(patsubst test_%,%,$(notdir $(SUITE_C:.c=)))
TEST_O  := $(patsubst %.c,$(B)/%.o,$(SUITE_C) $(sort $(wildcard tests/support/*.c tests/*.c))) $(B)/tests/suites.o
EXAMPLES := $(patsubst tools/examples/%,$(B)/examples/%,$(basename $(sort $(wildcard tools/examples/*.c tools/examples/*.cc))))
MAN_PAGES := $(sort $(wildcard tools/man/*.[1357]))

.PHONY: all lib demo test check check-asan check-tsan check-long lint format format-check layers bench bench-check \
        bench-record bench-peers bench-peers-index bench-codec bench-micro bench-reorder bench-scale examples install \
        uninstall clean help ready force
.SECONDARY:
.DELETE_ON_ERROR:

## all: the library (static and shared), lede.pc, the command and the examples
all: lib $(B)/bin/lede examples

## lib: the library and lede.pc
lib: $(B)/liblede.a $(B)/liblede.so.$(SOVERSION) $(B)/lede.pc

# A machine that lacks something gets it before the first compilation; make is then begun anew, because
# what pkg-config answers was read above.
ready:
	@tools/setup.sh

## demo: install what is missing, build, index the demo corpus and answer some queries
demo: ready
	@$(MAKE) --no-print-directory all
	@tools/demo.sh $(B)/bin/lede

## test: install what is missing, build, and run every test
test: ready
	@$(MAKE) --no-print-directory all check

# What flags there are this file says, too.
$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) -c $< -o $@

AVX2_FLAGS   := -mavx2 -mbmi -mbmi2 -mpopcnt
AVX512_FLAGS := $(AVX2_FLAGS) -mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vbmi -mavx512vbmi2 \
                -mavx512vpopcntdq
$(B)/engine/%_avx2.o: OUR_CFLAGS += $(AVX2_FLAGS)
$(B)/engine/%_avx512.o: OUR_CFLAGS += $(AVX512_FLAGS)
# Loops over arrays of numbers and bytes, which pay for being unrolled and made vectors of.
ifeq ($(MODE),release)
LOOPS := $(B)/engine/codec/%.o $(B)/engine/text/%.o $(B)/engine/storage/positions.o
$(LOOPS): OUR_CFLAGS += -O3
endif
# Check's macros convert freely; the prototypes of the suites are made with their list.
$(B)/tests/%.o: OUR_CFLAGS += -Wno-conversion -Wno-cast-qual -Wno-format-nonliteral -Wno-missing-prototypes
$(B)/tests/%.o: OUR_CPPFLAGS += -Itests

# One relocatable object whose hidden symbols are made local: users see lede_* only.
$(B)/liblede.a: $(LIB_O)
	$(LD) -r -o $(B)/lede.o $^
	$(OBJCOPY) --localize-hidden $(B)/lede.o
	rm -f $@ && $(AR) rcs $@ $(B)/lede.o

# What `lede bench` says it was built from; a checkout alone knows it. The file changes with the commit.
COMMIT := $(shell test ! -e .git || git describe --always --abbrev=12 --dirty --exclude='*' 2>/dev/null)
$(B)/tools/lede/machine.o: $(B)/commit
$(B)/tools/lede/machine.o: OUR_CPPFLAGS += -DLEDE_COMMIT='"$(COMMIT)"'
$(B)/commit: force
	@mkdir -p $(@D)
	@echo '$(COMMIT)' | cmp -s - $@ || echo '$(COMMIT)' > $@

$(B)/liblede.so.$(SOVERSION): $(LIB_O)
	$(LINK) -shared -Wl,-soname,liblede.so.$(SOVERSION) $(if $(SANITIZE),,-Wl,-z,defs) -o $@ $^ $(LIBS)
	ln -sf liblede.so.$(SOVERSION) $(B)/liblede.so

# Always anew: what it says depends on the directories given, not on files alone.
$(B)/lede.pc: tools/lede.pc.in Makefile force
	@mkdir -p $(@D)
	sed -e 's|@prefix@|$(prefix)|; s|@exec_prefix@|$(exec_prefix)|; s|@libdir@|$(libdir)|' \
	    -e 's|@includedir@|$(includedir)|; s|@version@|$(VERSION)|; s|@packages@|$(PACKAGES)|' $< > $@

# The command starts in half the time where its libraries are part of it and it stands at a fixed address:
# libstemmer's tables alone are 12,000 pointers for the loader to move. So it is linked where their archives
# are installed and nobody points to others; STATIC=no links it with the shared ones.
STATIC   ?= yes
ARCHIVES := $(foreach a,libzstd.a libutf8proc.a libyajl_s.a libstemmer.a,$(wildcard $(shell $(CC) -print-file-name=$(a))))
IS_STATIC = $(and $(filter yes,$(STATIC)),$(filter 4,$(words $(ARCHIVES))),$(if $(SANITIZE)$(LDLIBS)$(filter -L%,$(DEPS_LIBS) $(LDFLAGS)),,yes))

$(B)/bin/lede: $(LEDE_O) $(B)/liblede.a
	@mkdir -p $(@D)
	$(LINK) $(if $(IS_STATIC),-no-pie $^ $(ARCHIVES) -lm,$^ $(LIBS)) -o $@

# ---- tests ----

# The tests write and sync thousands of small files: where there is a file system in memory, there.
SCRATCH := $(if $(TMPDIR),,$(if $(shell test -w /dev/shm && echo yes),TMPDIR=/dev/shm))

# The list of suites is the list of test files: tests/<floor>/test_<module>.c defines suite_<module>().
$(B)/tests/suites.c: $(SUITE_C) Makefile
	@mkdir -p $(@D)
	@{ echo '#include "suites.h"'; \
	   for s in $(SUITES); do echo "Suite *suite_$$s(void);"; done; \
	   echo 'suite_maker *const suite_makers[] = {'; \
	   for s in $(SUITES); do echo "    suite_$$s,"; done; \
	   echo '    0};'; echo 'const char *const suite_names[] = {'; \
	   for s in $(SUITES); do echo "    \"$$s\","; done; echo '    0};'; } > $@

$(B)/tests/suites.o: $(B)/tests/suites.c
	$(COMPILE) -Itests -c $< -o $@

# The tests have a copy of one file of their own, which LEDE_TEST_CPU of the environment limits (base/cpu.h).
$(B)/tests/cpu.o: engine/base/cpu.c
	@mkdir -p $(@D)
	$(COMPILE) -DLEDE_TEST_CPU -c $< -o $@

$(B)/tests/run: $(TEST_O) $(B)/tests/cpu.o $(filter-out %/base/cpu.o,$(LIB_O))
	$(LINK) $^ $$($(PKG_CONFIG) --libs check $(HEADER_PACKAGES)) $(LIBS) -o $@

## check: the unit tests, the command's transcripts, the examples and the layering
check: layers $(B)/tests/run $(B)/bin/lede examples $(B)/bench/scale/generate
	$(SCRATCH) $(B)/tests/run
	$(SCRATCH) tests/cli/run.sh $(B)/bin/lede $(B)/examples

## check-asan: the same under AddressSanitizer and UndefinedBehaviorSanitizer
check-asan:
	CK_FORK=no ASAN_OPTIONS=detect_leaks=1 $(MAKE) --no-print-directory MODE=asan check

## check-tsan: the tests that use threads under ThreadSanitizer
check-tsan:
	CK_FORK=no $(MAKE) --no-print-directory MODE=tsan check

# 5,000,000 searches for each kind of kernel; LEDE_TEST_CASES and LEDE_TEST_SEED ask for others.
## check-long: the random tests at length: pruned search against exhaustive, the engine against the slow twin; 400 MB
##	of text in 1 MiB of memory; 1,500 kills of writers and merges
check-long: $(B)/tests/run $(B)/bin/lede
	for cpu in '' scalar avx2; do \
	  $(SCRATCH) LEDE_TEST_CPU=$$cpu LEDE_TEST_LONG=1 CK_RUN_SUITE=exactness CK_DEFAULT_TIMEOUT=0 $(B)/tests/run || exit 1; \
	done
	for suite in differential merge memory; do \
	  $(SCRATCH) LEDE_TEST_LONG=1 CK_RUN_SUITE=$$suite CK_DEFAULT_TIMEOUT=0 $(B)/tests/run || exit 1; \
	done
	$(SCRATCH) KILL_ROUNDS=500 tests/cli/run.sh $(B)/bin/lede $(B)/examples kill kill_merge

# ---- examples ----

# As a user compiles them: with the public header and the library alone.
EXAMPLE_FLAGS = -Iinclude -Wall -Wextra -g $(SANITIZE) $(LDFLAGS) -pthread

## examples: the programs of tools/examples
examples: $(EXAMPLES)

$(B)/examples/%: tools/examples/%.c $(B)/liblede.a
	@mkdir -p $(@D)
	$(CC) -std=c11 $(EXAMPLE_FLAGS) $< $(B)/liblede.a $(LIBS) -o $@

$(B)/examples/%: tools/examples/%.cc $(B)/liblede.a
	@mkdir -p $(@D)
	$(CXX) -std=c++11 $(EXAMPLE_FLAGS) $< $(B)/liblede.a $(LIBS) -o $@

# ---- care ----

SOURCES := $(sort $(wildcard include/*.h engine/*/*.[ch] tools/lede/*.[ch] tools/examples/*.[ch] tests/*.[ch] tests/*/*.[ch] bench/*.h bench/*/*.[ch] \
              bench/peers/*/*.cc))

## layers: no file includes a header of a floor above its own, or of a sibling
LAYERS := base:base,lede text:base,text codec:base,codec storage:base,codec,storage ingest:base,text,ingest \
  index:base,text,codec,storage,index query:base,text,codec,storage,query \
  api:base,text,codec,storage,ingest,index,query,api,lede
layers:
	@bad=0; for r in $(LAYERS); do d=$${r%%:*}; ok=$$(echo $${r#*:} | tr , '|'); \
	  grep -snE '^#include "' engine/$$d/*.[ch] | grep -vE "\"($$ok)[/.]" && bad=1; done; \
	  grep -snE '^#include "' tools/lede/*.[ch] | grep -vE '"(cli|command|lede|output|[a-z_]+)\.h"' && bad=1; \
	  [ $$bad = 0 ] || { echo 'layers: an include goes up or sideways'; exit 1; }

# clang-tidy's analyzer stops at so many states a function, a third of what it would visit by itself: what
# lies behind is the same in other orders, and takes most of the time. It counts warnings it does not show.
TIDY_FLAGS := $(OUR_CPPFLAGS) -DLEDE_DEBUG=1 -std=c17 $(if $(filter x86_64-%,$(MACHINE)),$(AVX512_FLAGS)) \
              -Xclang -analyzer-config -Xclang max-nodes=75000

## lint: clang-tidy and cppcheck (some minutes)
lint:
	@command -v clang-tidy >/dev/null || { echo 'lint: there is no clang-tidy'; exit 1; }
	@printf '%s\n' $(LIB_C) $(wildcard tools/lede/*.c) | xargs -P "$$(nproc)" -n 2 \
	  sh -c 'clang-tidy --quiet "$$@" -- $(TIDY_FLAGS) 2>/dev/null' clang-tidy
	cppcheck -j "$$(nproc)" --quiet --std=c11 --error-exitcode=1 --inline-suppr \
	  --enable=warning,performance,portability --suppress=missingIncludeSystem -Iinclude -Iengine \
	  $(LIB_C) tools/lede

## format: rewrite the sources in the house layout (clang-format 14)
format:
	clang-format -i $(SOURCES)

## format-check: fail where a source is not in the house layout
format-check:
	@clang-format --dry-run --Werror $(SOURCES)

## bench: measure indexing, searching and ranking quality (bench/README.md)
bench: $(B)/bin/lede
	bench/run.sh $(B)/bin/lede

# Whether a search has become more work: counted, not timed.
CHECK_PROGRAMS := $(B)/bench/check/generate $(B)/bench/check/count
CHECK_COMPILER  = $(shell $(CC) --version | sed '1s,^g*cc ,gcc ,; q') $(CFLAGS_$(MODE)) $(CFLAGS)
$(B)/bench/check/generate: $(B)/bench/check/vocabulary.o $(B)/bench/check/generate.o
	$(LINK) $^ -o $@
$(B)/bench/check/count: $(B)/bench/check/count.o $(B)/liblede.a
	$(LINK) $^ $(LIBS) -o $@

## bench-check: fail where queries take more work or instructions than bench/check/expected.tsv says
bench-check: $(B)/bin/lede $(CHECK_PROGRAMS)
	bench/check/check.py $(B)/bin/lede $(B)/bench/check '$(strip $(CHECK_COMPILER))'

## bench-record: rewrite bench/check/expected.tsv
bench-record: $(B)/bin/lede $(CHECK_PROGRAMS)
	bench/check/check.py $(B)/bin/lede $(B)/bench/check '$(strip $(CHECK_COMPILER))' --record

## bench-peers: latency beside SQLite FTS5, Xapian, Lucene and Tantivy (bench/peers/README.md; ARGS=...)
bench-peers: $(B)/bin/lede
	bench/peers/run.py $(B)/bin/lede $(ARGS)

# News of any size, what measures a corpus, and what it costs.
SCALE   := $(B)/bench/scale
SCALE_O  = $(patsubst %,$(SCALE)/%.o,$(1))
$(SCALE)/generate: $(call SCALE_O,generate corpus queries text world genre lexicon sampler calendar)
	$(LINK) $^ -o $@
$(SCALE)/statistics: $(call SCALE_O,statistics corpus_reader table)
	$(LINK) $^ -lm -o $@

## bench-scale: the curve of cost over made-up corpora of any size (bench/scale/README.md; ARGS=...)
bench-scale: $(B)/bin/lede $(SCALE)/generate
	bench/scale/run.py $(B)/bin/lede $(SCALE)/generate $(ARGS)

$(B)/bench/reorder/bisect: $(B)/bench/reorder/bisect.o $(B)/bench/scale/table.o
	$(LINK) $^ -lm -o $@

## bench-reorder: what documents in another order inside a day or a month would gain (bench/README.md; ARGS=...)
bench-reorder: $(B)/bin/lede $(B)/bench/reorder/bisect $(B)/bench/check/count
	bench/reorder/run.py $^ $(ARGS)

$(B)/bench/micro: bench/micro/micro.c $(LIB_O)
	@mkdir -p $(@D)
	$(COMPILE) $(LDFLAGS) $^ $(LIBS) -o $@

$(B)/bench/compare: $(sort $(wildcard bench/codec/*.c)) $(LIB_O)
	@mkdir -p $(@D)
	$(COMPILE) -Ibench/codec $(LDFLAGS) $^ $(LIBS) -o $@

## bench-codec: docids and frequencies of an index (INDEX=directory) beside what OptPFD would take
bench-codec: $(B)/bench/compare
	$(B)/bench/compare $(INDEX)

## bench-peers-index: what indexing takes beside them (the same; ARGS=...)
bench-peers-index: $(B)/bin/lede
	bench/peers/index.py $(B)/bin/lede $(ARGS)

## bench-micro: nanoseconds of every kernel and variant; INDEX=directory adds look-ups of its terms
bench-micro: $(B)/bench/micro
	$(B)/bench/micro $(INDEX)

## install: into PREFIX (default /usr/local), below DESTDIR; the GNU directory variables work
install: all
	$(INSTALL) -d $(DESTDIR)$(bindir) $(DESTDIR)$(libdir)/pkgconfig $(DESTDIR)$(includedir)
	$(INSTALL) -m 755 $(B)/bin/lede $(DESTDIR)$(bindir)/lede
	$(INSTALL) -m 644 $(B)/liblede.a $(DESTDIR)$(libdir)/liblede.a
	$(INSTALL) -m 755 $(B)/liblede.so.$(SOVERSION) $(DESTDIR)$(libdir)/liblede.so.$(SOVERSION)
	ln -sf liblede.so.$(SOVERSION) $(DESTDIR)$(libdir)/liblede.so
	$(INSTALL) -m 644 $(B)/lede.pc $(DESTDIR)$(libdir)/pkgconfig/lede.pc
	$(INSTALL) -m 644 include/lede.h $(DESTDIR)$(includedir)/lede.h
	for page in $(MAN_PAGES); do \
	  $(INSTALL) -d $(DESTDIR)$(mandir)/man$${page##*.} && \
	  $(INSTALL) -m 644 $$page $(DESTDIR)$(mandir)/man$${page##*.}/ || exit 1; done

## uninstall: take out what install put there
uninstall:
	rm -f $(DESTDIR)$(bindir)/lede $(DESTDIR)$(libdir)/liblede.a $(DESTDIR)$(libdir)/liblede.so \
	  $(DESTDIR)$(libdir)/liblede.so.$(SOVERSION) $(DESTDIR)$(libdir)/pkgconfig/lede.pc \
	  $(DESTDIR)$(includedir)/lede.h
	for page in $(MAN_PAGES); do rm -f $(DESTDIR)$(mandir)/man$${page##*.}/$${page##*/}; done

## clean: remove build/
clean:
	rm -rf build

## help: this list
help:
	@sed -n 's/^## \([^:]*\): /\1\t/p' Makefile | expand -t 16

-include $(shell find $(B) -name '*.d' 2>/dev/null)
