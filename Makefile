# tepid: `make help` lists what there is.
#
# Builds stand side by side under build/: release (the default, linked to build/tepid), debug, asan, tsan,
# o0. Objects are rebuilt when a header they include changed (dependency files).

BUILD   ?= release
CC      ?= cc
PREFIX  ?= /usr/local
ROOT    := $(CURDIR)
OUT     := build/$(BUILD)
VERSION := 0.1.0
COMMIT  := $(shell git rev-parse --short=10 HEAD 2>/dev/null || echo unknown)

PKGS    := lua5.4 libcjson libuv
UI_PKGS := sdl2 cairo cairo-pdf harfbuzz freetype2 fontconfig
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
# -ffp-contract=off: no fused multiply-add, or bits would depend on the CPU (sim/core/detmath.h).
BASE    := -std=c11 -D_POSIX_C_SOURCE=200809L -ffp-contract=off -fno-math-errno -Isim -I. $(WARN)

# Without SLP vectorisation: it packs neighbouring counters into vector registers, which costs 10 % here.
CFLAGS_release := -O3 -fno-tree-slp-vectorize -g -flto=auto
CFLAGS_debug   := -O1 -g -DTEPID_SLOW_CHECKS
CFLAGS_o0      := -O0 -g
CFLAGS_o3      := -O3 -g
CFLAGS_asan    := -O1 -g -DTEPID_SLOW_CHECKS -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan    := -O1 -g -fsanitize=thread
LDFLAGS_release := -O3 -fno-tree-slp-vectorize -flto=auto
LDFLAGS_asan   := -fsanitize=address,undefined
LDFLAGS_tsan   := -fsanitize=thread

# Packages are looked up only when something is compiled, so that `make help` and `make deps` work without them.
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(PKGS) 2>/dev/null)
UI_CFLAGS  = $(shell pkg-config --cflags $(UI_PKGS) 2>/dev/null)
UI_LIBS    = $(shell pkg-config --libs $(UI_PKGS) 2>/dev/null)
ALL_CFLAGS = $(BASE) $(CFLAGS_$(BUILD)) $(PKG_CFLAGS) $(CFLAGS)
ALL_LIBS   = $(PKG_LIBS) -lpthread -lm

# `make V=1` shows the commands.
Q := $(if $(V),,@)

LIB_SRC   := $(filter-out sim/cli/main.c,$(wildcard sim/*/*.c))
UI_SRC    := $(filter-out ui/main.c,$(wildcard ui/*.c))
TEST_SRC  := tests/main.c $(wildcard tests/core/*.c tests/stats/*.c tests/chart/*.c tests/cost/*.c tests/model/*.c tests/scenario/*.c tests/run/*.c tests/report/*.c tests/theory/*.c tests/stories/*.c tests/golden/*.c tests/ui/*.c)
BENCH_SRC := $(wildcard tests/bench/*.c)
FUZZ_SRC  := $(wildcard tests/fuzz/*.c)

LIB_OBJ   := $(LIB_SRC:%.c=$(OUT)/%.o)
UI_OBJ    := $(UI_SRC:%.c=$(OUT)/%.o)
TEST_OBJ  := $(TEST_SRC:%.c=$(OUT)/%.o)
BENCH_OBJ := $(BENCH_SRC:%.c=$(OUT)/%.o)

AR_release := gcc-ar
AR_BUILD   := $(or $(AR_$(BUILD)),ar)

.PHONY: all help deps deps-check test quick ui-test bench fuzz demo layers goldens stories install uninstall clean format tidy strict release debug asan tsan o0 o3 bins FORCE
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

all: deps-check ## build build/tepid and build/tepid-ui (release); with MPI=1 for mpirun
	@$(MAKE) --no-print-directory build/tepid

deps-check:
	@scripts/deps.sh --quiet $(if $(filter 1,$(MPI)),mpi)

# `make MPI=1`: build/tepid knows mpirun. The objects are the same but for one, the door to MPI.
MPICC   ?= mpicc
PROGRAM := $(if $(filter 1,$(MPI)),tepid-mpi,tepid)

build/tepid: FORCE
	@$(MAKE) --no-print-directory BUILD=release build/release/$(PROGRAM) build/release/tepid-ui
	@ln -sf release/$(PROGRAM) build/tepid
	@ln -sf release/tepid-ui build/tepid-ui

release debug asan tsan o0 o3: ## build/<name>/tepid and its test program
	@$(MAKE) --no-print-directory BUILD=$@ bins

bins: $(OUT)/tepid $(OUT)/tepid-ui $(OUT)/tepid-tests

$(OUT)/libtepid.a: $(LIB_OBJ)
	@rm -f $@
	@$(AR_BUILD) rcs $@ $^

$(OUT)/libtepid-ui.a: $(UI_OBJ)
	@rm -f $@
	@$(AR_BUILD) rcs $@ $^

$(OUT)/tepid-ui: $(OUT)/ui/main.o $(OUT)/libtepid-ui.a $(OUT)/libtepid.a
	@echo "ld $@"
	$(Q)$(CC) $(LDFLAGS_$(BUILD)) -o $@ $^ $(UI_LIBS) $(ALL_LIBS)

$(OUT)/ui/%.o $(OUT)/tests/ui/%.o: override CFLAGS += $(UI_CFLAGS)

$(OUT)/tepid: $(OUT)/sim/cli/main.o $(OUT)/libtepid.a
	@echo "ld $@"
	$(Q)$(CC) $(LDFLAGS_$(BUILD)) -o $@ $^ $(ALL_LIBS)

$(OUT)/mpi/cluster.o: sim/run/cluster.c sim/run/cluster.h
	@mkdir -p $(dir $@)
	@echo "cc $(BUILD) $< (MPI)"
	$(Q)$(MPICC) $(ALL_CFLAGS) -DTEPID_MPI -MMD -MP -c -o $@ $<

# What the first object defines is not taken from the library again.
$(OUT)/tepid-mpi: $(OUT)/mpi/cluster.o $(OUT)/sim/cli/main.o $(OUT)/libtepid.a
	@echo "ld $@"
	$(Q)$(MPICC) $(LDFLAGS_$(BUILD)) -o $@ $^ $(ALL_LIBS)

$(OUT)/tepid-tests: $(TEST_OBJ) $(OUT)/libtepid-ui.a $(OUT)/libtepid.a
	@echo "ld $@"
	$(Q)$(CC) $(LDFLAGS_$(BUILD)) -o $@ $^ -lcunit $(UI_LIBS) $(ALL_LIBS)

$(OUT)/bench: $(BENCH_OBJ) $(OUT)/libtepid.a
	@echo "ld $@"
	$(Q)$(CC) $(LDFLAGS_$(BUILD)) -o $@ $^ $(ALL_LIBS)

$(OUT)/fuzz-fel: $(OUT)/tests/core/heap.o $(OUT)/tests/core/fel_duel.o

$(OUT)/fuzz-%: $(OUT)/tests/fuzz/%.o $(OUT)/libtepid.a
	@echo "ld $@"
	$(Q)$(CC) $(LDFLAGS_$(BUILD)) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(ALL_LIBS)

$(OUT)/%.o: %.c
	@mkdir -p $(dir $@)
	@echo "cc $(BUILD) $<"
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The version is compiled into the files that name it; they follow a change of commit.
VERSIONED := $(addprefix $(OUT)/sim/cli/,cmd_version.o cmd_run.o cmd_sweep.o)
$(VERSIONED): build/commit
$(VERSIONED): override CFLAGS += -DTEPID_VERSION='"$(VERSION)"' -DTEPID_COMMIT='"$(COMMIT)"'
build/commit: FORCE
	@mkdir -p build; echo "$(VERSION) $(COMMIT)" | cmp -s - $@ || echo "$(VERSION) $(COMMIT)" >$@

FORCE:

deps: ## install the packages tepid is built and tested with
	@scripts/deps.sh mpi

demo: all ## install what is missing, build, run hello and day, say what to try next
	@scripts/demo.sh

test: all ## everything CI runs: layers, unit, theory, stories, golden and end-to-end tests
	@scripts/test.sh

quick: all ## unit tests only
	@$(MAKE) --no-print-directory BUILD=release build/release/tepid-tests
	@build/release/tepid-tests --quick

stories: all ## the shipped scenarios in full: every variant at the length its file says
	@scripts/stories.sh

goldens: all ## rewrite the golden fingerprints and drawings, after a deliberate change
	@$(MAKE) --no-print-directory BUILD=release build/release/tepid-tests
	@TEPID_UPDATE_GOLDENS=1 build/release/tepid-tests fingerprints canvas svg plots

ui-test: all ## the window under Xvfb, by hands, with sanitizers and for a while (needs xvfb, xdotool)
	@$(MAKE) --no-print-directory BUILD=asan build/asan/tepid-ui
	@sh tests/golden/ui_window.sh

bench: all ## what a request costs, beside a reference loop
	@$(MAKE) --no-print-directory BUILD=release build/release/bench
	@build/release/bench $(ONLY)

fuzz: all ## differential fuzz of the event list, and of the loaders, with sanitizers
	@$(MAKE) --no-print-directory BUILD=asan $(FUZZ_SRC:tests/fuzz/%.c=build/asan/fuzz-%)
	@for f in $(FUZZ_SRC:tests/fuzz/%.c=build/asan/fuzz-%); do echo "$$f"; $$f || exit 1; done

layers: ## prove that includes point down and libraries have one door
	@scripts/layers.sh

install: all ## programs, assets, scenarios, manual pages, completion, desktop entry under PREFIX
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' PROGRAM='$(PROGRAM)' scripts/install.sh

uninstall: ## take away what make install put in place
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install.sh --uninstall

format: ## clang-format over everything
	clang-format -i $$(git ls-files '*.c' '*.h')

tidy: ## clang-tidy over sim/
	clang-tidy --quiet $(LIB_SRC) -- $(BASE) $(PKG_CFLAGS)

strict: ## compile everything with warnings as errors
	@$(MAKE) --no-print-directory BUILD=debug CFLAGS=-Werror bins

clean: ## remove build/
	rm -rf build

help: ## this list
	@awk -F':.*## ' '/^[a-z][a-z0-9 ]*:.*## / {printf "  %-36s %s\n", "make " $$1, $$2}' $(MAKEFILE_LIST)

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
