# tests.mk: unit tests (cmocka) and tests of the programs (TAP, run by prove).

UNIT_TESTS := $(patsubst tests/unit/%.c,build/tests/%,$(wildcard tests/unit/*.c))

$(UNIT_TESTS): build/tests/%: tests/unit/%.c $(LIBRARY)
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(call compile,,$< $(LIBRARY) -lcmocka $(LIBRARIES),$@.d)

# What the programs should compute, by an encoder of plain loops, from random models.
REFERENCE := build/tests/random-model build/tests/expect build/tests/expect-criteria

build/tests/reference.o: tests/reference/reference.c $(OBJ)/flags
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(call compile,-c,$<,$(@:.o=.d))

$(REFERENCE): build/tests/%: tests/reference/%.c build/tests/reference.o $(LIBRARY)
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(call compile,,$^ $(LIBRARIES),$@.d)

-include $(wildcard build/tests/*.d)

.PHONY: check
check: $(UNIT_TESTS) $(REFERENCE) programs run-pocket ## run the tests
	@for test in $(UNIT_TESTS); do echo "# $$test"; CMOCKA_MESSAGE_OUTPUT=stdout $$test || exit 1; done
	@prove -j 2 tests/*.t

.PHONY: check-slurm
check-slurm: programs run-pocket ## a sharded study on a Slurm of its own, a node of which is lost (with slurm-wlm and munge)
	@prove tests/slurm.sh

# A tree of links to the sources, with a build folder of its own, for programs that are compiled in another way.
define link_tree
	@rm -rf build/$(1)/build/pocket
	@mkdir -p build/$(1)
	@ln -sfn $(patsubst %,../../%,$(filter-out build,$(wildcard * .gitattributes))) build/$(1)
endef

.PHONY: check-sanitize
check-sanitize: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	$(call link_tree,sanitize)
	@# a program leaves what it holds at its end to the system: no leak
	ASAN_OPTIONS=detect_leaks=0 $(MAKE) -C build/sanitize --no-print-directory check \
		CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all'

.PHONY: check-valgrind
check-valgrind: ## the pocket model's stages under valgrind
	@command -v valgrind > /dev/null || { echo 'check-valgrind: valgrind is missing (on Debian: apt-get install valgrind)' >&2; exit 1; }
	$(call link_tree,valgrind)
	$(MAKE) -C build/valgrind --no-print-directory programs CFLAGS='-O1 -g'
	valgrind -q --trace-children=yes --error-exitcode=9 \
		$(MAKE) -C build/valgrind --no-print-directory run-pocket CFLAGS='-O1 -g'

# What the tests leave out. Lines that cannot run are marked where they stand, with the reason.
COVERED ?= 90

.PHONY: coverage
coverage: ## which lines of src/ the tests run, per file; fails below COVERED=90 percent (with gcovr)
	@command -v gcovr > /dev/null || { echo 'coverage: gcovr is missing (on Debian: apt-get install gcovr)' >&2; exit 1; }
	$(call link_tree,coverage)
	@find build/coverage -name '*.gcda' -delete
	@gcc -c tests/keep-counts.c -o build/coverage/keep-counts.o
	@# programs whose disk is full, as some tests have it, cannot keep their counts either; they say so in a file
	GCOV_ERROR_FILE='$(CURDIR)/build/coverage/gcov.log' $(MAKE) -C build/coverage --no-print-directory check \
		CFLAGS='-O1 -g --coverage -fprofile-update=atomic -Wl,keep-counts.o'
	@gcovr --root . --filter src/ --object-directory build/coverage build/coverage/build/obj \
		--txt --fail-under-line $(COVERED)

# Longer, on purpose: what a build is worth that was killed again and again.
KILLS ?= 50
SEED := 1
TORTURED ?= pocket

.PHONY: torture
torture: ## kill -9 in the midst of `make pocket`, again and again: the same results (KILLS=50 SEED=1 TORTURED=pocket)
	$(call link_tree,torture)
	tests/torture.sh build/torture $(TORTURED) $(KILLS) $(SEED)
