# fuzz.mk: readers of files that others wrote, against inputs that libFuzzer makes up; for clang, and its runtime library.
#
#   make fuzz                each target for SECONDS=600; what is found goes to build/fuzz/found/
#   make fuzz-tensors        one of them
#   make fuzz-briefly        each for a second

FUZZ_CC ?= clang
SECONDS ?= 600
FUZZ := build/fuzz
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz-*.c))

# The library once more, instrumented; tests/fuzz/fail.c comes before its own.
FUZZ_FLAGS := -O1 -g -Wno-unknown-warning-option -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
FUZZ_LIBRARY := $(SHARED:%=$(FUZZ)/lib/%.o)
ZIP_WRAPPED := zip_open zip_discard zip_fopen_index zip_fclose
FUZZ_DRIVER := $(FUZZ)/fuzz.o $(FUZZ)/fail.o
fuzz_compile = $(FUZZ_CC) $(FUZZ_FLAGS) $(REQUIRED) -MMD -MP -MT $@ -MF $(@:.o=.d).$$$$ -c $< -o $(aside) && \
	mv $(@:.o=.d).$$$$ $(@:.o=.d) && mv $(aside) $@

$(FUZZ_LIBRARY): $(FUZZ)/lib/%.o: src/lib/%.c $(OBJ)/flags
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(fuzz_compile)

$(FUZZ_DRIVER) $(FUZZ_TARGETS:%=$(FUZZ)/%.o): $(FUZZ)/%.o: tests/fuzz/%.c $(OBJ)/flags
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(fuzz_compile)

$(FUZZ_TARGETS:%=$(FUZZ)/bin/%): $(FUZZ)/bin/%: $(FUZZ)/%.o $(FUZZ_DRIVER) $(filter-out %/fail.o,$(FUZZ_LIBRARY)) \
		$(KERNELS:%=$(OBJ)/lib/kernels-%.o)
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -fopenmp $(ZIP_WRAPPED:%=-Wl,--wrap=%) $^ $(LIBRARIES) \
		-o $(aside) && mv $(aside) $@

-include $(wildcard $(FUZZ)/*.d $(FUZZ)/lib/*.d)

# Seeds are files of the repository; what libFuzzer adds to them stays in build/. Headers that claim absurd sizes must
# not allocate them: a single allocation of more than 64 MB is a finding.
fuzz_run = mkdir -p $(FUZZ)/corpus/$(1) $(FUZZ)/found; cp tests/fuzz/seeds/$(1)/* $(FUZZ)/corpus/$(1); \
	ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=16 OPENBLAS_NUM_THREADS=1 \
	TMPDIR=$(firstword $(wildcard /dev/shm) /tmp) $(FUZZ)/bin/fuzz-$(1) -max_total_time=$(2) -max_len=8192 \
	-malloc_limit_mb=64 -rss_limit_mb=1024 -timeout=10 -close_fd_mask=2 -artifact_prefix=$(FUZZ)/found/$(1)- \
	$(FUZZ)/corpus/$(1)

.PHONY: fuzz fuzz-briefly $(FUZZ_TARGETS)
fuzz: $(FUZZ_TARGETS) ## the readers of files against made-up inputs (SECONDS=600 each; with clang)

$(FUZZ_TARGETS): fuzz-%: $(FUZZ)/bin/fuzz-%
	$(call fuzz_run,$*,$(SECONDS))

fuzz-briefly: $(FUZZ_TARGETS:%=$(FUZZ)/bin/%)
	@for target in $(FUZZ_TARGETS:fuzz-%=%); do \
		echo "fuzz-$$target"; $(call fuzz_run,$$target,1) > $(FUZZ)/$$target.log 2>&1 || \
			{ cat $(FUZZ)/$$target.log; exit 1; }; \
	done
