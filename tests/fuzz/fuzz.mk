# fuzz.mk: readers of files that others wrote, against inputs that libFuzzer makes up; for clang, and its runtime library.
#
#   make fuzz                each target for SECONDS=600; what is found goes to build/fuzz/found/
#   make fuzz-tensors        one of them
#   make fuzz-briefly        each for a second
#   make fuzz-proof          each for as long as it takes to find a bug that was planted

FUZZ_CC ?= clang
SECONDS := 600
FUZZ := build/fuzz
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz-*.c))

# The library once more, instrumented; tests/fuzz/fail.c comes before its own.
FUZZ_FLAGS := -O1 -g -Wno-unknown-warning-option -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
FUZZ_LIBRARY := $(SHARED:%=$(FUZZ)/lib/%.o)
ZIP_WRAPPED := zip_open zip_discard zip_fopen_index zip_fclose
FUZZ_DRIVER := $(FUZZ)/fuzz.o $(FUZZ)/fail.o
fuzz_compile = $(FUZZ_CC) $(FUZZ_FLAGS) $(REQUIRED) -MMD -MP -MT $@ -MF $(@:.o=.d).$$$$ -c $< -o $(aside) && \
	mv $(@:.o=.d).$$$$ $(@:.o=.d) && mv $(aside) $@

$(FUZZ)/flags: FORCE
	$(call rewrite,echo $(call quote,$(FUZZ_CC) $(FUZZ_FLAGS) $(REQUIRED) $(LIBRARIES)))

$(FUZZ_LIBRARY): $(FUZZ)/lib/%.o: src/lib/%.c $(FUZZ)/flags
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(fuzz_compile)

$(FUZZ_DRIVER) $(FUZZ_TARGETS:%=$(FUZZ)/%.o): $(FUZZ)/%.o: tests/fuzz/%.c $(FUZZ)/flags
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(fuzz_compile)

fuzz_link = $(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -fopenmp $(ZIP_WRAPPED:%=-Wl,--wrap=%) $(1) $(LIBRARIES) \
	-o $(aside) && mv $(aside) $@

$(FUZZ_TARGETS:%=$(FUZZ)/bin/%): $(FUZZ)/bin/%: $(FUZZ)/%.o $(FUZZ_DRIVER) $(filter-out %/fail.o,$(FUZZ_LIBRARY)) \
		$(KERNELS:%=$(OBJ)/lib/kernels-%.o)
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(call fuzz_link,$^)

-include $(wildcard $(FUZZ)/*.d $(FUZZ)/lib/*.d)

# Seeds are files of the repository; what libFuzzer adds to them stays in build/. Headers that claim absurd sizes must
# not allocate them: a single allocation of more than 64 MB is a finding.
# $(1): the target, $(2): seconds, $(3): the folder of the program and of what it finds
fuzz_run = mkdir -p $(FUZZ)/corpus/$(1) $(3)/found; cp tests/fuzz/seeds/$(1)/* $(FUZZ)/corpus/$(1); \
	ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=16 OPENBLAS_NUM_THREADS=1 \
	TMPDIR=$(firstword $(wildcard /dev/shm) /tmp) $(3)/bin/fuzz-$(1) -max_total_time=$(2) -max_len=8192 \
	-malloc_limit_mb=64 -rss_limit_mb=1024 -timeout=10 -close_fd_mask=2 -artifact_prefix=$(3)/found/$(1)- \
	$(FUZZ)/corpus/$(1)

.PHONY: fuzz fuzz-briefly $(FUZZ_TARGETS)
fuzz: $(FUZZ_TARGETS) ## the readers of files against made-up inputs (SECONDS=600 each; with clang)

$(FUZZ_TARGETS): fuzz-%: $(FUZZ)/bin/fuzz-%
	$(call fuzz_run,$*,$(SECONDS),$(FUZZ))

fuzz-briefly: $(FUZZ_TARGETS:%=$(FUZZ)/bin/%) ## each of them for a second
	@for target in $(FUZZ_TARGETS:fuzz-%=%); do \
		echo "fuzz-$$target"; $(call fuzz_run,$$target,1,$(FUZZ)) > $(FUZZ)/$$target.log 2>&1 || \
			{ cat $(FUZZ)/$$target.log; exit 1; }; \
	done

# ---- proof that what there is to find is found: a bug for each target, in a copy of one source ----

BUGS := tests/fuzz/bugs.tsv
PLANTED := $(FUZZ)/planted
bug_cell = awk -F '\t' '$$1 == "$(1)" { print $$$(2) }' $(BUGS)
bug_file = $(shell $(call bug_cell,$(1),2))

$(FUZZ_TARGETS:fuzz-%=$(PLANTED)/%.c): $(PLANTED)/%.c: $(BUGS) $$(addprefix src/lib/,$$(call bug_file,$$*))
	@mkdir -p $(@D)
	@sed "$$($(call bug_cell,$*,3))" $(word 2,$^) > $(aside); mv $(aside) $@
	@if cmp -s $(word 2,$^) $@; then echo '$(BUGS): the bug of $* changes nothing' >&2; exit 1; fi

$(FUZZ_TARGETS:fuzz-%=$(PLANTED)/%.o): %.o: %.c $(FUZZ)/flags
	@echo '  CC  $@'
	@$(fuzz_compile)

$(FUZZ_TARGETS:%=$(PLANTED)/bin/%): $(PLANTED)/bin/fuzz-%: $(PLANTED)/%.o $(FUZZ)/bin/fuzz-%
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(call fuzz_link,$< $(filter-out $(FUZZ)/lib/fail.o $(FUZZ)/lib/$(basename $(call bug_file,$*)).o,\
		$(FUZZ)/fuzz-$*.o $(FUZZ_DRIVER) $(FUZZ_LIBRARY)) $(KERNELS:%=$(OBJ)/lib/kernels-%.o))

.PHONY: fuzz-proof
fuzz-proof: $(FUZZ_TARGETS:%=$(PLANTED)/bin/%) ## the same with a planted bug for each, which has to be found within a minute
	@for target in $(FUZZ_TARGETS:fuzz-%=%); do \
		rm -f $(PLANTED)/found/$$target-*; started=$$(date +%s); \
		! { $(call fuzz_run,$$target,60,$(PLANTED)); } > $(PLANTED)/$$target.log 2>&1 && ls $(PLANTED)/found/$$target-* > /dev/null || \
			{ tail -n 5 $(PLANTED)/$$target.log; echo "fuzz-$$target: the planted bug is not found" >&2; exit 1; }; \
		echo "fuzz-$$target: found in $$(($$(date +%s) - started)) s: $$(grep -o 'SUMMARY: .*' $(PLANTED)/$$target.log)"; \
	done
