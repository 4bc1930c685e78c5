# lint.mk: what static analysis finds in src/ and in the scripts; each tool has to find nothing.
#
#   make lint       all four, and only what has changed since
#   make lint-tidy  one: lint-analyzer (gcc -fanalyzer), lint-tidy (clang-tidy, by .clang-tidy), lint-cppcheck, lint-shell
#
# What a tool is not asked for, or is wrong about, stands with its reason in .clang-tidy, or where it is in the code.

LINT := build/lint
LINTED := $(wildcard src/*.c src/lib/*.c)
SCRIPTS := .ci/run $(wildcard env/*.sh paper/*.sh paper/html/*.sh tests/*.sh tests/*.t tests/html/*.sh tests/html/*.t)
# The kernels without OpenMP's pragmas for the analyzer: it takes what these add to the code for uninitialized.
kernels_of = $(if $(filter %/kernels-body.c,$(1)),-DKERNELS=kernels_portable -DKERNELS_NAME='"portable"')
need_tool = command -v $(1) > /dev/null || { echo 'lint: $(1) is missing (on Debian: apt-get install $(1))' >&2; exit 1; }

.PHONY: lint lint-analyzer lint-tidy lint-cppcheck lint-shell
lint: lint-shell lint-cppcheck lint-analyzer lint-tidy ## static analysis: gcc -fanalyzer, clang-tidy, cppcheck, shellcheck
lint-analyzer: $(LINTED:src/%.c=$(LINT)/%.analyzer)
lint-tidy: $(LINTED:src/%.c=$(LINT)/%.tidy)
lint-cppcheck: $(LINT)/cppcheck
lint-shell: $(LINT)/shell

$(LINTED:src/%.c=$(LINT)/%.analyzer): $(LINT)/%.analyzer: src/%.c $(wildcard src/lib/*.h)
	@mkdir -p $(@D)
	@echo '  ANALYZE  $<'
	@gcc -fanalyzer -Werror $(REQUIRED) $(if $(call kernels_of,$<),-fno-openmp -Wno-unknown-pragmas $(call kernels_of,$<)) -O1 -c $< -o $(aside) && mv $(aside) $@

$(LINTED:src/%.c=$(LINT)/%.tidy): $(LINT)/%.tidy: src/%.c .clang-tidy $(wildcard src/lib/*.h)
	@mkdir -p $(@D)
	@$(call need_tool,clang-tidy)
	@echo '  TIDY     $<'
	@clang-tidy --quiet $< -- $(REQUIRED) $(call kernels_of,$<) 2> $(@).log || { cat $(@).log >&2; exit 1; }
	@touch $@

$(LINT)/cppcheck: tests/lint/cppcheck.cfg $(LINTED) $(wildcard src/lib/*.h)
	@mkdir -p $(@D)
	@$(call need_tool,cppcheck)
	@echo '  CPPCHECK src'
	@cppcheck --quiet --error-exitcode=1 --std=c11 --library=posix --library=$< --inline-suppr \
		--enable=warning,style,performance,portability -Isrc/lib src
	@touch $@

$(LINT)/shell: $(SCRIPTS)
	@mkdir -p $(@D)
	@$(call need_tool,shellcheck)
	@echo '  SHELL    $(words $^) scripts'
	@shellcheck $^
	@touch $@
