# Which attention heads matter? A paper that rebuilds itself: stages in the order in which data flows.
#
#   make setup paper      everything that the paper needs, then build/paper/paper.pdf
#   make fetch paper      the same with the published checkpoints, where they can be had
#   make setup check      everything that the tests need, then the tests
#   make help             all targets

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
INPUTS ?= inputs
include experiments.mk

.DEFAULT_GOAL := paper
MIRROR ?=

# make REQUIRE=all paper: an experiment that cannot be run is an error
REQUIRE ?=

space := $(subst ,, )
comma := ,
# one argument for the shell, whatever is in it
quote = '$(subst ','\'',$(1))'

# `make setup paper` must see what setup installed and fetched: it runs alone first, the rest in a fresh make.
FIRST_GOALS := $(filter setup fetch,$(MAKECMDGOALS))
ifneq ($(FIRST_GOALS),)
OTHER_GOALS := $(filter-out $(FIRST_GOALS),$(MAKECMDGOALS))

.PHONY: $(MAKECMDGOALS)
setup: ## install packages (as root, on Debian or Ubuntu) and fetch the required inputs
	@env/setup.sh
	@INPUTS=$(call quote,$(INPUTS)) MIRROR=$(call quote,$(MIRROR)) env/fetch.sh required

fetch: $(filter setup,$(FIRST_GOALS)) ## fetch the optional inputs (training data, published checkpoints)
	INPUTS=$(call quote,$(INPUTS)) MIRROR=$(call quote,$(MIRROR)) env/fetch.sh optional

$(firstword $(OTHER_GOALS)): $(FIRST_GOALS)
	@$(MAKE) --no-print-directory $(OTHER_GOALS)

$(wordlist 2,$(words $(OTHER_GOALS)),$(OTHER_GOALS)): $(firstword $(OTHER_GOALS))
	@:
else ifneq ($(filter why,$(MAKECMDGOALS)),)

# What is asked about is not made.
.PHONY: $(MAKECMDGOALS)
why: ## `make why TARGET`: what would be made anew, and because of what
	@env/why.sh '$(MAKE)' $(or $(filter-out why,$(MAKECMDGOALS)),paper)
$(filter-out why,$(MAKECMDGOALS)):
	@:
else

# A recipe writes aside and renames, so that a make that is killed leaves no half file; aside bears the number of the
# recipe's shell, so that two makes in one tree leave each other's files alone. What is left aside is harmless.
aside = $@.$$$$
keep_if_new = if cmp -s $(aside) $@; then rm $(aside); else mv $(aside) $@; fi

# What a command writes is looked at anew by each make, but rewritten only when it changes.
define rewrite
@mkdir -p $(@D)
@$(1) > $(aside); $(keep_if_new)
endef

# Copies files into a folder that is committed, each aside first, and writes the folder's sums.
define adopt
@mkdir -p $(2)
for file in $(1); do cp "$$file" $(2)/$${file##*/}.$$$$; mv $(2)/$${file##*/}.$$$$ $(2)/$${file##*/}; done
env/manifest.sh write $(2)
endef

# A clock that was set back would pass old results off as newer than what they were made from.
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),paper)),)
FUTURE := $(shell find build -newermt '3 seconds' -print -quit 2>/dev/null)
$(if $(FUTURE),$(error $(FUTURE) is newer than the clock: remove it, or, if the clock was set back, `make clean`))
endif

include programs.mk

# ---- which experiments can be run: those whose inputs are here ----

FIELDS := checkpoint adapter repeat-layers classes sentences base other groups record repeats seeds
$(foreach name,$(EXPERIMENTS) pocket,$(foreach field,$(FIELDS),$(eval $(name).$(field) ?=)))

# Longer experiments take from another what they do not say themselves; further seeds are among them.
take_fields = $(foreach field,$(FIELDS),$(eval $(1).$(field) ?= $($(2).$(field))))
define further_seed
$(eval $(1)-s$(2).adapter ?= $($(1).adapter)-s$(2))
$(eval $(1)-s$(2).record ?= $($(1).adapter)-s$(2)/record.tsv)
$(call take_fields,$(1)-s$(2),$(1))
endef
$(foreach name,$(LARGER) $(FULL),$(call take_fields,$(name),$($(name).like)))
$(foreach name,$(EXPERIMENTS) $(LARGER),$(foreach seed,$($(name).seeds),$(call further_seed,$(name),$(seed))))
LONGER := $(LARGER) $(FULL) $(foreach name,$(EXPERIMENTS) $(LARGER),$(addprefix $(name)-s,$($(name).seeds)))

include study.mk
STUDIES := $(EXPERIMENTS) $(LONGER) pocket $(STUDIED)

# The files named $(2) that folder $(1) has; its path may hold spaces.
found_in = $(strip $(foreach file,$(2),$(wildcard $(subst $(space),\ ,$(1))/$(file))))
WEIGHTS := model.safetensors model.safetensors.index.json pytorch_model.bin pytorch_model.bin.index.json
is_checkpoint = $(and $(call found_in,$(1),config.json),$(call found_in,$(1),$(WEIGHTS)),\
	$(call found_in,$(1),vocab.txt vocab.json tokenizer.json))
is_adapter = $(call found_in,$(1),adapter_model.safetensors adapter_model.bin)

# What experiment $(1) lacks: "checkpoint inputs/bert-sst2"; nothing if it can be run.
lacks = $(or $(if $(call is_checkpoint,$($(1).checkpoint)),,checkpoint $($(1).checkpoint)),\
	$(if $($(1).adapter),$(if $(call is_adapter,$($(1).adapter)),,adapter $($(1).adapter))),\
	$(if $($(1).base),$(if $(call is_checkpoint,$($(1).base)),,base $($(1).base))))
NOT_RUN := $(strip $(foreach name,$(EXPERIMENTS),$(if $(call lacks,$(name)),$(name))))
RUNNABLE := $(filter-out $(NOT_RUN),$(EXPERIMENTS))

# What it lacks in words, without folders.
in_words = $(if $(1),the $(firstword $(1)) $(notdir $(lastword $(1))) is not here)

# ---- what is kept of an experiment: files of each sentence, tables, and those of the further criteria ----

BY_SENTENCE := tokens forward ablation scores gradients retention
TABLES := methods differences readings classes sizes heads harmful logits retention kept facts multiverse
SCORED := gates attributions dropped integrated shapley
CRITERIA := criteria criteria-differences criteria-kept costs greedy greedy-cross multiverse-criteria
CRITERIA_BY_SENTENCE := $(SCORED) criteria-retention ablation-zero greedy greedy-cross

# The tables that each figure of an experiment is drawn from, and those that the text takes its numbers from.
FIGURES := retention scatter heatmap
retention.tables := retention.tsv
scatter.tables   := heads.tsv
heatmap.tables   := heads.tsv
numbers.tables   := $(patsubst %,%.tsv,methods differences readings classes harmful facts retention kept)

# ---- each stage once more, from what is committed ----

include verify.mk

# ---- the stages of one experiment; build/NAME/ holds every file of it ----

# In an experiment's own folder, and in that in which the stage is verified.
in_build = $(STUDIES:%=build/%/$(1)) $(call verified_in,$(1))

# What the experiment is made of, with the files' sizes and times: rewritten only when that changes, so that
# editing a line of experiments.mk, or replacing a file, rebuilds what depends on it. Paths may hold spaces:
# only this rule, import-checkpoint and tokenize see them.
$(call in_build,params): build/%/params: FORCE
	$(call rewrite,{ printf '%s\n' $(foreach field,classes groups repeat-layers,$(call quote,$(field) $($*.$(field)))); \
	  $(call list_files,checkpoint adapter sentences base); })

# The files at the paths that the experiment's fields $(1) name.
list_files = for path in $(foreach field,$(1),$(call quote,$($*.$(field)))); do \
	    if [ -z "$$path" ]; then echo none; continue; fi; \
	    [ -e "$$path" ] || { echo "$*: $$path is not here; \`make setup fetch\` gets the inputs" >&2; exit 1; }; \
	    find "$$path" -maxdepth 1 -type f ! -name SHA256SUMS -printf '%p %s %T@\n' | sort; \
	  done

# checkpoint (and adapter) -> model folder in one canonical form
$(call in_build,model/model.safetensors): build/%/model/model.safetensors: $(BIN)/import-checkpoint build/%/params
	$< $(if $($*.adapter),--adapter $(call quote,$($*.adapter))) $(if $($*.classes),--classes $(call quote,$($*.classes))) \
		$(if $($*.repeat-layers),--repeat-layers $($*.repeat-layers)) $(call quote,$($*.checkpoint)) -o build/$*/model

# sentences -> packed tokens; those of other classes are left out
$(call in_build,tokens.safetensors): build/%/tokens.safetensors: $(BIN)/tokenize build/%/params \
		build/%/model/model.safetensors
	$< -v $(if $($*.classes),--classes $(call quote,$($*.classes))) build/$*/model $(call quote,$($*.sentences)) -o $@

# model + tokens -> logits; head scores; gradient scores; logits without each head. Each of these programs treats every
# sentence by itself, so it is run once, or with SHARDS=… in shards.
include shards.mk

$(call by_sentence,forward,forward)
$(call by_sentence,scores,score)
$(call by_sentence,gradients,decompose-gradient)
$(call by_sentence,ablation,ablate)

# the control: scores of the encoder before fine-tuning, on the same tokens; it is there without the experiment's checkpoint
$(call in_build,base-params): build/%/base-params: FORCE
	$(call rewrite,{ echo 'repeat-layers $($*.repeat-layers)'; $(call list_files,base); })

$(call in_build,base/model.safetensors): build/%/base/model.safetensors: $(BIN)/import-checkpoint build/%/base-params
	$< $(if $($*.repeat-layers),--repeat-layers $($*.repeat-layers)) $(call quote,$($*.base)) -o build/$*/base

$(call by_sentence,base-scores,score,,,base)

base_scores = $(if $($(1).base),build/$(1)/base-scores.safetensors)

# another control: scores by the model of another task, if that can be run
other_of = $(filter $(RUNNABLE),$($(1).other))
other_scores = $(if $(call other_of,$(1)),build/$(1)/other-scores.safetensors)

# Which model that is, alone: another answer does not run everything again.
$(call in_build,other): build/%/other: FORCE
	$(call rewrite,echo $(call quote,$(call other_of,$*)))

$(call in_build,other-scores.safetensors): build/%/other-scores.safetensors: $(BIN)/score build/%/other \
		build/%/tokens.safetensors $$(addprefix build/,$$(addsuffix /model/model.safetensors,$$(call other_of,$$*)))
	$< --other-task build/$(call other_of,$*)/model build/$*/tokens.safetensors -o $@

# everything so far -> margins that are left when a method's lowest heads are removed together
$(call by_sentence,retention,prune,,ablation scores gradients)

# all of these -> tables
$(call in_build,methods.tsv): build/%/methods.tsv: $(BIN)/correlate build/%/other build/%/retention.safetensors \
		build/%/ablation.safetensors build/%/scores.safetensors build/%/gradients.safetensors \
		$$(call base_scores,$$*) $$(call other_scores,$$*)
	$< --retention build/$*/retention.safetensors $(if $($*.base),--base $(call base_scores,$*)) \
		$(if $(call other_of,$*),--other $(call other_scores,$*)) --differences build/$*/differences.tsv \
		build/$*/ablation.safetensors build/$*/scores.safetensors build/$*/gradients.safetensors -o $@

# written beside it, from the same resamples
$(call in_build,differences.tsv): build/%/differences.tsv: build/%/methods.tsv
	@[ -e $@ ] || $(MAKE) --no-print-directory -W $(BIN)/correlate $<

# the same in every reading of the logits: a finished model is a run with one snapshot
$(call in_build,readings.tsv): build/%/readings.tsv: $(BIN)/measure-snapshot build/%/forward.safetensors \
		build/%/ablation.safetensors build/%/scores.safetensors build/%/gradients.safetensors
	$< --run $(*F) $(if $($*.groups),--groups $(call quote,$($*.groups))) build/$*/forward.safetensors build/$*/forward.safetensors \
		build/$*/ablation.safetensors build/$*/scores.safetensors build/$*/gradients.safetensors -o $@

# the same by class
$(call in_build,classes.tsv): build/%/classes.tsv: $(BIN)/measure-classes build/%/ablation.safetensors \
		build/%/scores.safetensors build/%/gradients.safetensors $$(call base_scores,$$*)
	$< $(if $($*.base),--base $(call base_scores,$*)) $(if $($*.groups),--groups $(call quote,$($*.groups))) \
		build/$*/ablation.safetensors build/$*/scores.safetensors build/$*/gradients.safetensors -o $@

# the same with fewer sentences
$(call in_build,sizes.tsv): build/%/sizes.tsv: $(BIN)/measure-sizes build/%/ablation.safetensors \
		build/%/scores.safetensors build/%/gradients.safetensors $$(call base_scores,$$*)
	$< $(if $($*.base),--base $(call base_scores,$*)) build/$*/ablation.safetensors build/$*/scores.safetensors \
		build/$*/gradients.safetensors -o $@

# gradient scores again, with those at other temperatures beside them: the loss without its saturation
TEMPERATURES := 2,4,16,inf
$(call by_sentence,tempered,decompose-gradient,--temperatures $(TEMPERATURES))

# every variant of every score against every measure of importance
$(call in_build,multiverse.tsv): build/%/multiverse.tsv: $(BIN)/measure-multiverse build/%/ablation.safetensors \
		build/%/scores.safetensors build/%/tempered.safetensors
	$< build/$*/ablation.safetensors build/$*/scores.safetensors build/$*/tempered.safetensors -o $@

$(call in_build,heads.tsv): build/%/heads.tsv: $(BIN)/export build/%/ablation.safetensors \
		build/%/scores.safetensors build/%/gradients.safetensors $$(call base_scores,$$*)
	$< $(if $($*.base),--base $(call base_scores,$*)) heads build/$*/ablation.safetensors \
		build/$*/scores.safetensors build/$*/gradients.safetensors -o $@

$(call in_build,harmful.tsv): build/%/harmful.tsv: $(BIN)/export build/%/ablation.safetensors
	$< harmful build/$*/ablation.safetensors -o $@

$(call in_build,logits.tsv): build/%/logits.tsv: $(BIN)/export build/%/forward.safetensors
	$< logits build/$*/forward.safetensors -o $@

$(call in_build,retention.tsv): build/%/retention.tsv: $(BIN)/measure-retention build/%/retention.safetensors
	$< retention build/$*/retention.safetensors -o $@

$(call in_build,kept.tsv): build/%/kept.tsv: $(BIN)/measure-retention build/%/retention.safetensors
	$< kept build/$*/retention.safetensors -o $@

$(call in_build,facts.tsv): build/%/facts.tsv: $(BIN)/export build/%/ablation.safetensors \
		build/%/scores.safetensors build/%/gradients.safetensors build/%/retention.safetensors \
		build/%/tokens.safetensors
	$< --retention build/$*/retention.safetensors --tokens build/$*/tokens.safetensors facts build/$*/ablation.safetensors \
		build/$*/scores.safetensors build/$*/gradients.safetensors -o $@

.PHONY: $(STUDIES:%=run-%)
$(STUDIES:%=run-%): run-%: $(foreach table,$(TABLES),build/%/$(table).tsv)
run-%: ## one experiment: all its tables, in build/NAME/

# Results are committed on purpose, never by building: what the paper's numbers are compared with. On larger sets of
# sentences the tables alone: the rest has some 35 MB. Of a model that is not in data/, its record as well.
kept_of = $(addprefix build/$(1)/,$(if $(filter $(addsuffix %,$(LARGER)),$(1)),,$(BY_SENTENCE:%=%.safetensors)) $(TABLES:%=%.tsv)) \
	$(if $(filter $(FULL),$(1)),$($(1).record))

ADOPTABLE := $(EXPERIMENTS) $(LONGER)
.PHONY: $(ADOPTABLE:%=adopt-results-%)
$(ADOPTABLE:%=adopt-results-%): adopt-results-%: run-%
	$(call adopt,$(call kept_of,$*),results/$*)
adopt-results-%: ## an experiment's tables, and the files behind them, into results/

# ---- further criteria, their costs, joint removal: longer, on purpose ----

include criteria.mk

# ---- longer: chance at every budget, from 200 rankings and 200 that take as many heads of each layer ----

$(call by_sentence,chance,prune,--rankings '' --draws 200 --draws-within-layers 200,ablation scores)

$(call in_build,chance.tsv): build/%/chance.tsv: $(BIN)/measure-retention build/%/chance.safetensors
	$< chance build/$*/chance.safetensors -o $@

.PHONY: $(ADOPTABLE:%=adopt-chance-%)
$(ADOPTABLE:%=adopt-chance-%): adopt-chance-%: build/%/chance.tsv
	$(call adopt,$<,results/$*)
adopt-chance-%: ## longer: what 200 random rankings keep at every budget, into results/

# ---- tables -> figures, macros, paper ----

include paper/paper.mk

# ---- the same for checkpoints and sentences of your own (study.mk) ----

.PHONY: study
study: $(STUDIED:%=run-%) $(if $(MODELS),build/$(NAME)/comparison.pdf,$(NAME:%=build/%/report.pdf)) ## MODEL=dir SENTENCES=file.tsv: the analysis of your own checkpoint; MODELS='dir dir': of several, compared

# ---- training: longer, needs the training data; results are adopted into data/ on purpose ----

include training.mk

# ---- the pending experiment: many runs, each measured while it converges ----

include boundary.mk

# ---- what make knows: the chain of a file, the pipeline as a drawing ----

include explain.mk

# ---- archives: the sources, and LaTeX alone ----

include release.mk

# ---- tests ----

include tests/tests.mk

# ---- the readers of files against made-up ones: longer, on purpose ----

include tests/fuzz/fuzz.mk

# ---- static analysis ----

include tests/lint/lint.mk

# ---- speed, beside what the machine could do and what others would use ----

include bench.mk

.PHONY: help clean FORCE
help: ## this list
	@grep -hE '^[a-zA-Z0-9%_-]+:.*## ' $(MAKEFILE_LIST) | sort -u | sed -E 's/^([^:]+):.*## /\1\t/' | expand -t 20

clean: ## remove everything generated (inputs stay)
	rm -rf build

FORCE:

endif

# ---- make's own settings ----

export LC_ALL := C
# threads that wait sleep, so that several programs can share the cores
export OMP_WAIT_POLICY := passive
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --warn-undefined-variables
