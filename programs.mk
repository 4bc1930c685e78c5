# programs.mk: src/NAME.c is the program build/bin/NAME; what they share, in src/lib/, is one archive.

CC ?= gcc
CFLAGS ?= -O3 -g
PACKAGES := openblas jansson libutf8proc gsl libzip libcrypto
BIN := build/bin
OBJ := build/obj

ifeq ($(origin CC),default)
CC := gcc
endif
REQUIRED := -std=c17 -D_XOPEN_SOURCE=700 -Wall -Wextra -Wpedantic -Wshadow -Werror=implicit-function-declaration -fopenmp -Isrc/lib \
	-ffile-prefix-map="$$PWD"=. \
	$(shell pkg-config --cflags $(PACKAGES))
# gsl asks for its own cblas, whose products OpenBLAS has too
LIBRARIES := $(filter-out -lgslcblas,$(shell pkg-config --libs $(PACKAGES))) -lm -lpthread

PROGRAMS := $(patsubst src/%.c,%,$(wildcard src/*.c))
SHARED := $(filter-out kernels-body,$(patsubst src/lib/%.c,%,$(wildcard src/lib/*.c)))

# The kernels are compiled once for each instruction set; kernels.c chooses at run time.
KERNELS := portable
ifneq ($(filter x86_64%,$(shell $(CC) -dumpmachine)),)
KERNELS += avx2 avx512
endif
KERNEL_FLAGS := -O3 -fopenmp-simd -fno-math-errno -fno-trapping-math -ffp-contract=fast
KERNEL_FLAGS.portable :=
KERNEL_FLAGS.avx2 := -mavx2 -mfma
KERNEL_FLAGS.avx512 := -mavx512f -mavx512vl -mavx512dq -mavx512bw -mfma -mprefer-vector-width=512

.PHONY: programs
programs: $(PROGRAMS:%=$(BIN)/%) ## compile the programs into build/bin

# Other compilers or flags rebuild everything.
$(OBJ)/flags: FORCE
	$(call rewrite,echo $(call quote,$(CC) $(CFLAGS) $(REQUIRED) $(LIBRARIES) $(KERNEL_FLAGS) \
		$(foreach set,$(KERNELS),$(KERNEL_FLAGS.$(set)))))

# Compiles to $@, with options $(1), from $(2); what these include is kept for the next make in $(3).
compile = $(CC) $(CFLAGS) $(REQUIRED) $(1) -MMD -MP -MT $@ -MF $(3).$$$$ $(2) -o $(aside) && \
	mv $(3).$$$$ $(3) && mv $(aside) $@

$(SHARED:%=$(OBJ)/lib/%.o): $(OBJ)/lib/%.o: src/lib/%.c $(OBJ)/flags
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(call compile,-c,$<,$(@:.o=.d))

$(KERNELS:%=$(OBJ)/lib/kernels-%.o): $(OBJ)/lib/kernels-%.o: src/lib/kernels-body.c $(OBJ)/flags
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(call compile,-c $(KERNEL_FLAGS) $(KERNEL_FLAGS.$*) -DKERNELS=kernels_$* -DKERNELS_NAME='"$*"',$<,$(@:.o=.d))

LIBRARY := $(OBJ)/t-model.a
$(LIBRARY): $(SHARED:%=$(OBJ)/lib/%.o) $(KERNELS:%=$(OBJ)/lib/kernels-%.o)
	@ar rcs $(aside) $^ && mv $(aside) $@

$(PROGRAMS:%=$(OBJ)/%.o): $(OBJ)/%.o: src/%.c $(OBJ)/flags
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(call compile,-c,$<,$(@:.o=.d))

# What of the archive a program is linked from is kept for the next make: a change elsewhere in it makes no program anew, nor
# what that has written.
$(PROGRAMS:%=$(BIN)/%): $(BIN)/%: $(OBJ)/%.o | $(LIBRARY)
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(CC) $(CFLAGS) $(REQUIRED) $< $(LIBRARY) $(LIBRARIES) -Wl,-t,-t -o $(aside) > $(aside).trace && \
	sed -n 's,.*t-model\.a[()]*\([^()]*\.o\).*,$@: $(OBJ)/lib/\1\n$(OBJ)/lib/\1:,p' $(aside).trace > $(aside).d && \
	rm $(aside).trace && mv $(aside).d $(OBJ)/$*.linked.d && mv $(aside) $@

-include $(wildcard $(OBJ)/*.d $(OBJ)/lib/*.d)
