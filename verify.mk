# verify.mk: is what is committed what it is said to be?
#
#   make verify            the sums of data/ and results/, and each stage of each experiment, as far as its files are here
#   make verify-STAGE      one stage of all experiments: tokenize, forward, score, gradients, ablate, prune, tables,
#                          multiverse, criteria, figures
#   make verify-NAME       one experiment
#   make verify-manifest   the sums alone
#   make manifest          writes them anew, after a change by hand that is meant
#
# A stage is done once more, by the rules that the paper is made by, from the files before it as they are committed:
# build/verify/STAGE/NAME/ holds links to these and what the stage makes of them, which data/tolerances.tsv lets differ
# from results/NAME/ by so much. Of the last stage, figures, nothing is committed: what figures and text show is compared
# with what is read off the committed tables in another way. All is tried; make names each stage that failed, with 3 where
# files disagree and 1 where one cannot be read, as compare and manifest.sh exit; its own exit status is 2.

ifneq ($(filter verify verify-%,$(MAKECMDGOALS)),)
MAKEFLAGS += --keep-going
endif

.SECONDEXPANSION:

# ---- stages: what each makes, from what, both in results/NAME/, and what it makes on the way ----

VERIFIED := tokenize forward score gradients ablate prune tables multiverse criteria
WITHOUT_MODEL := tables

tokenize.makes   := tokens.safetensors
forward.makes    := forward.safetensors
score.makes      := scores.safetensors
gradients.makes  := gradients.safetensors
ablate.makes     := ablation.safetensors
prune.makes      := retention.safetensors
tables.makes     := $(patsubst %,%.tsv,$(filter-out multiverse,$(TABLES)))
multiverse.makes := multiverse.tsv
criteria.makes   := $(CRITERIA:%=%.tsv)

tokenize.from    :=
forward.from     := tokens.safetensors
score.from       := tokens.safetensors
gradients.from   := tokens.safetensors
ablate.from      := tokens.safetensors
prune.from       := $(patsubst %,%.safetensors,tokens ablation scores gradients)
tables.from      := $(BY_SENTENCE:%=%.safetensors)
multiverse.from  := $(patsubst %,%.safetensors,tokens ablation scores)
criteria.from    := $(patsubst %,%.safetensors,$(BY_SENTENCE) $(CRITERIA_BY_SENTENCE))

$(foreach stage,$(VERIFIED),$(eval $(stage).passing :=))
tokenize.passing   := params
tables.passing     := base-scores.safetensors other other-scores.safetensors
multiverse.passing := tempered.safetensors
criteria.passing   := tempered.safetensors

# ---- which experiments: as far as their files are in results/, and their models here ----

CHECKED := $(EXPERIMENTS) $(filter $(notdir $(wildcard results/*)),$(LONGER))
$(foreach name,$(CHECKED),$(eval $(name).kept := $(notdir $(wildcard results/$(name)/*))))

# Why stage $(1) of experiment $(2) cannot be verified; nothing if it can. The tables need models for their controls alone.
hindrance = $(strip $(if $(filter-out $($(2).kept),$($(1).from)),what it needs is not in results,\
	$(call in_words,$(if $(filter $(WITHOUT_MODEL),$(1)),$(call lacks_control,$(2)),$(call lacks,$(2))))))
lacks_control = $(or $(if $($(1).base),$(if $(call is_checkpoint,$($(1).base)),,base $($(1).base))),\
	$(if $(filter-out $(RUNNABLE),$($(1).other)),model $($(1).other)))

# What stage $(1) makes, as far as experiment $(2) has it; the experiments that have any.
kept_by = $(filter $($(2).kept),$($(1).makes))
names_with = $(foreach name,$(CHECKED),$(if $(call kept_by,$(1),$(name)),$(name)))
$(foreach stage,$(VERIFIED),$(eval $(stage).names := \
	$(foreach name,$(call names_with,$(stage)),$(if $(call hindrance,$(stage),$(name)),,$(name)))))
$(foreach stage,$(VERIFIED),$(foreach name,$($(stage).names),$(call take_fields,verify/$(stage)/$(name),$(name))))

# The folders of a stage, and file $(1) in the folders of all stages that make it.
stage_of = $(firstword $(subst /, ,$(1)))
folders_of = $($(1).names:%=build/verify/$(1)/%)
verified_in = $(foreach stage,$(VERIFIED),$(if $(filter $(1),$($(stage).makes) $($(stage).passing)),\
	$(addsuffix /$(1),$(call folders_of,$(stage)))))

# ---- folders: links to what is committed, and to the models ----

committed_in = $(foreach folder,$(call folders_of,$(1)),$($(1).from:%=$(folder)/%))
$(foreach stage,$(VERIFIED),$(call committed_in,$(stage))): results/$$(notdir $$(@D))/$$(@F)
	@mkdir -p $(@D)
	@ln -sfn ../../../../$< $@

# the encoder before fine-tuning is the control of the tables
models_in = $(addsuffix $(if $(filter $(WITHOUT_MODEL),$(1)),/base,/model)/model.safetensors,$(call folders_of,$(1)))
$(foreach stage,$(VERIFIED),$(call models_in,$(stage))): build/verify/%: \
		$$(subst verify/$$(call stage_of,$$*)/,,$$@)
	@mkdir -p $(dir $(@D))
	@ln -sfn ../../../$(patsubst build/%,%,$(<D)) $(@D)

# ---- comparing ----

FOLDERS := $(foreach stage,$(VERIFIED),$(call folders_of,$(stage)))
folders_named = $(filter %/$(1),$(FOLDERS))
made_in = $(call kept_by,$(call stage_of,$(1)),$(notdir $(1)))

# Compares files $(1) of the folder with $(2), which may name a $$file.
compare_each = status=0; for file in $(1); do \
		$< --tolerances data/tolerances.tsv --max-report 3 $@/$$file $(2) || status=$$?; \
	done; exit $$status

.PHONY: $(FOLDERS)
$(FOLDERS): build/verify/%: $(BIN)/compare data/tolerances.tsv $$(addprefix $$@/,$$(call made_in,$$*))
	@$(call compare_each,$(call made_in,$*),results/$(*F)/$$file)

# ---- what the paper shows of the tables: a figure's points, and the numbers in the text, beside what the tables say ----

COMPARED := $(FIGURES) numbers
figures.from  := $(sort $(foreach part,$(COMPARED),$($(part).tables)))
figures.names := $(foreach name,$(CHECKED),$(if $(filter-out $($(name).kept),$(figures.from)),,$(name)))
FOLDERS += $(call folders_of,figures)
shown_in = $(foreach folder,$(call folders_of,figures),$(1:%=$(folder)/%))
tables_for = $(addprefix results/$(notdir $(1:%/=%))/,$($(2).tables))

# In such a table gnuplot writes numbers by the format of their axis: it is left out.
$(call shown_in,$(FIGURES:%=%.shown.tsv)): %.shown.tsv: figures/$$(*F).gp $$(STYLE) figures/shown.awk \
		$$(call tables_for,$$(*D),$$(*F))
	@mkdir -p $(@D)
	@sed '/^[[:blank:]]*set format/d' $< > $*.gp
	@gnuplot -e "set table '/dev/stdout'" -c $*.gp $(lastword $^) $*.tex | awk -f figures/shown.awk > $(aside); mv $(aside) $@

$(call shown_in,$(FIGURES:%=%.table.tsv)): %.table.tsv: paper/columns.awk figures/points.awk \
		$$(call tables_for,$$(*D),$$(*F))
	@mkdir -p $(@D)
	@$(call write_by_awk,-v figure=$(*F))

$(call shown_in,numbers.tex): $$(NUMBERS) data/published.tsv $$(call tables_for,$$(@D),numbers)
	@mkdir -p $(@D)
	@printf '%s\t%s\t%s\t%s\t%s\n' role experiment repeats state why_not text $(notdir $(@D)) NA run NA > $(@D)/roles.tsv
	@awk $(NUMBERS:%=-f %) $(@D)/roles.tsv $(filter %.tsv,$^) > $(aside); mv $(aside) $@

$(call shown_in,numbers.shown.tsv numbers.table.tsv): paper/columns.awk paper/said.awk \
		$$(@D)/numbers.tex $$(call tables_for,$$(@D),numbers)
	@$(call write_by_awk,-v side=$(if $(filter %.shown.tsv,$@),text,table))

.PHONY: $(call folders_of,figures)
$(call folders_of,figures): build/verify/%: $(BIN)/compare data/tolerances.tsv \
		$$(foreach part,$(COMPARED),$$@/$$(part).shown.tsv $$@/$$(part).table.tsv)
	@$(call compare_each,$(COMPARED:%=%.shown.tsv),$@/$${file/shown/table})

# ---- all of it ----

.PHONY: verify $(VERIFIED:%=verify-%) verify-figures $(CHECKED:%=verify-%) verify-unverified
verify: verify-manifest $(VERIFIED:%=verify-%) verify-figures verify-unverified ## do the committed files follow from each other?

$(VERIFIED:%=verify-%) verify-figures: verify-%: $$(call folders_of,$$*)

$(CHECKED:%=verify-%): verify-%: $$(call folders_named,$$*)
verify-%: ## one stage (score, prune, tables, …) or one experiment

# What cannot be verified, a line for each experiment and reason.
row = $(if $(2),'$(1)' '$(2)' '$(3)')
MADE := $(foreach stage,$(VERIFIED),$($(stage).makes))
unverified_in = $(if $($(1).kept),\
	$(call row,$(1),$(filter-out $($(1).kept),$(MADE)),not in results) \
	$(foreach stage,$(VERIFIED),$(if $(call kept_by,$(stage),$(1)),\
		$(call row,$(1),$(if $(call hindrance,$(stage),$(1)),$(stage)),$(call hindrance,$(stage),$(1))))) \
	$(call row,$(1),$(filter-out SHA256SUMS record.tsv $(MADE),$($(1).kept)),no stage here makes it),\
	$(call row,$(1),all,not in results))
verify-unverified:
	@printf '%s\t%s\t%s\n' $(foreach name,$(CHECKED),$(call unverified_in,$(name))) \
		$(foreach folder,$(wildcard results/boundary/*),$(call row,$(folder:results/%=%),all,its networks are not kept)) | \
		awk -F '\t' '$$1 == "" { next } !(($$1, $$3) in what) { name[++n] = $$1; reason[n] = $$3 } \
			{ what[$$1, $$3] = what[$$1, $$3] " " $$2 } \
			END { for (i = 1; i <= n; i++) { which = what[name[i], reason[i]]; \
				print "not verified: " name[i] (which == " all" ? "" : "," which) ": " reason[i] } }'

# ---- the sums of what is committed ----

.PHONY: manifest verify-manifest
manifest: ## SHA256SUMS in every folder of data/ and results/, anew
	env/manifest.sh write

verify-manifest: ## do data/ and results/ agree with their SHA256SUMS?
	@env/manifest.sh check
