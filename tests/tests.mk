# tests.mk: unit tests (cmocka) and tests of the programs (TAP, run by prove).

UNIT_TESTS := $(patsubst tests/unit/%.c,build/tests/%,$(wildcard tests/unit/*.c))

$(UNIT_TESTS): build/tests/%: tests/unit/%.c $(LIBRARY)
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(CC) $(CFLAGS) $(REQUIRED) -MMD -MP $< $(LIBRARY) -lcmocka $(LIBRARIES) -o $@

-include $(wildcard build/tests/*.d)

.PHONY: check
check: $(UNIT_TESTS) programs run-pocket ## run the tests
	@for test in $(UNIT_TESTS); do echo "# $$test"; CMOCKA_MESSAGE_OUTPUT=stdout $$test || exit 1; done
	@prove tests/*.t
