# shards.mk: stages that treat each sentence by itself, done whole or in shards, on this machine or on many.
#
#   make study … SHARDS=64              each such stage in 64 shards, in build/NAME/shards-64/STAGE/; merge joins them. What
#                                       was interrupted goes on where it stopped; also `make paper`, `make run-NAME`, ….
#   make -j 64 study … SHARDS=64 RUN=slurm   each shard a job, at most 64 at a time; what to ask for: env/slurm.profile
#
# Not in shards are what takes seconds (import-checkpoint, tokenize), what is about all sentences together (greedy pruning,
# and everything after the merged files), and the control other-scores of the paper's own experiments.

SHARDS :=
RUN := local

$(if $(filter local slurm,$(RUN)),,$(error RUN='$(RUN)' (expected local or slurm)))
$(if $(filter slurm,$(RUN)),$(if $(SHARDS),,$(error RUN=slurm runs shards: SHARDS=64, say)))
ifneq ($(SHARDS),)
$(if $(shell [[ $(call quote,$(SHARDS)) =~ ^[1-9][0-9]{0,4}$$ ]] && echo sound),,$(error SHARDS='$(SHARDS)' (expected a number from 1 to 99999)))
endif

# Which studies are asked for (study, run-NAME, adopt-results-NAME, build/NAME/…; by the paper, all that can be run), and the
# names of their shards: 01, 02, …
BY_NAME := run criteria adopt-results adopt-criteria adopt-chance html check-html
ASKED_FOR := $(STUDIED) $(or $(MAKECMDGOALS),paper) \
	$(foreach what,$(BY_NAME),$(patsubst $(what)-%,%,$(filter $(what)-%,$(MAKECMDGOALS)))) \
	$(foreach goal,$(filter build/%,$(MAKECMDGOALS)),$(word 2,$(subst /, ,$(goal))))
SHARDED := $(if $(SHARDS),$(sort $(filter $(STUDIES),$(ASKED_FOR)) \
	$(if $(filter paper html check-html arxiv,$(ASKED_FOR)),$(RUNNABLE))))
$(if $(SHARDS),$(if $(SHARDED),,$(error SHARDS=$(SHARDS): nothing of '$(MAKECMDGOALS)' is done in shards)))
SHARD := $(if $(SHARDS),$(shell seq -w $(SHARDS)))

# ---- model + tokens (+ files of all sentences) -> a file, whole ----
# $(1) the file, $(2) the program, $(3) its options, $(4) the further files, $(5) the model's folder, if another than model;
# $(6) those of the files that are made in another way

read_by = build/$(3)/$(or $(2),model) $(foreach file,tokens $(1),build/$(3)/$(file).safetensors)
needed_by = $(subst /$(or $(2),model) ,/$(or $(2),model)/model.safetensors ,$(read_by))

define whole_stage
$(filter-out $(6),$(call in_build,$(1).safetensors)): build/%/$(1).safetensors: \
		$(BIN)/$(2) $(call needed_by,$(4),$(5),%)
	$$< $(if $(3),$(3) )$(call read_by,$(4),$(5),$$*) -o $$@
endef

# ---- the same in shards ----

# What replaces heads by their mean takes it from all sentences.
MEAN_OF_ALL := ablation attributions dropped
mean_of_all = $(if $(filter $(1),$(MEAN_OF_ALL)),build/$(2)/contexts.safetensors)

# What stands before a shard's command.
run.local :=
run.slurm = env/run-slurm.sh $(filter %/shards.tsv,$^) $(filter-out %/shards.tsv,$^) --

# $(6) the study
define sharded_stage
.SECONDARY: $(SHARD:%=build/$(6)/shards-$(SHARDS)/$(1)/%.safetensors)
$(SHARD:%=build/$(6)/shards-$(SHARDS)/$(1)/%.safetensors): build/$(6)/shards-$(SHARDS)/$(1)/%.safetensors: $(BIN)/$(2) \
		$(call needed_by,$(4),$(5),$(6)) $(call mean_of_all,$(1),$(6)) build/$(6)/shards-$(SHARDS)/shards.tsv \
		$(if $(filter slurm,$(RUN)),| $(BIN)/predict-cost)
	@mkdir -p $$(@D)
	$$(if $$(run.$(RUN)),$$(run.$(RUN)) )$$< $(if $(3),$(3) )--sentences $$$$(env/cell.sh \
		build/$(6)/shards-$(SHARDS)/shards.tsv sentences shard=$$*) $(patsubst %,--contexts %,$(call mean_of_all,$(1),$(6))) $(call read_by,$(4),$(5),$(6)) -o $$@

build/$(6)/$(1).safetensors: $(BIN)/merge $(SHARD:%=build/$(6)/shards-$(SHARDS)/$(1)/%.safetensors)
	$$< $$(filter %.safetensors,$$^) -o $$@
endef

# Which sentences are in which shard: cut by tokens, which time goes by.
$(SHARDED:%=build/%/shards-$(SHARDS)/shards.tsv): build/%/shards-$(SHARDS)/shards.tsv: $(BIN)/inspect env/shards.awk \
		build/%/tokens.safetensors
	@mkdir -p $(@D)
	$< --tensor offsets build/$*/tokens.safetensors | awk -v shards='$(SHARD)' -f env/shards.awk > $(aside) && mv $(aside) $@

# Once they are merged, shards are not missed, nor made anew in another number.
.SECONDARY: $(SHARDED:%=build/%/shards-$(SHARDS)/shards.tsv)

# ---- either ----

# $(value 3) is $(3), without a warning where it is left out.
by_sentence = \
	$(eval $(call whole_stage,$(1),$(2),$(value 3),$(value 4),$(value 5),$(SHARDED:%=build/%/$(1).safetensors))) \
	$(foreach study,$(SHARDED),$(eval $(call sharded_stage,$(1),$(2),$(value 3),$(value 4),$(value 5),$(study))))

$(call by_sentence,contexts,sum-contexts)
