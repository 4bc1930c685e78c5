# study.mk: the same for checkpoints and sentences of your own.
#
#   make study MODEL=dir SENTENCES=file.tsv      build/NAME/report.pdf; NAME=… if the folder's own name will not do
#   make study MODELS='a b+c' SENTENCES=file.tsv build/comparison/comparison.pdf, or build/NAME/…: each of them, and whether
#                                                their heads matter alike; b+c: adapter c merged into checkpoint b
#   ADAPTER=dir CLASSES=a,b BASE=dir             an adapter to merge (MODEL), names of the classes, the untuned encoder

# The command line alone tells these: an environment may have a NAME, say the host's, for purposes of its own.
MODEL :=
MODELS :=
SENTENCES :=
ADAPTER :=
CLASSES :=
BASE :=

# A folder's own name, as a name of an experiment.
named_after = $(shell basename $(call quote,$(1)) | tr -c 'A-Za-z0-9_\n-' _)
NAME := $(if $(MODELS),comparison,$(if $(MODEL),$(call named_after,$(MODEL))))

# What is studied: NAME, or the models that are compared, named after their last folders.
plus = $(subst +, ,$(1))
name_of_model = $(call named_after,$(lastword $(call plus,$(1))))
STUDIED := $(if $(MODELS),$(foreach model,$(MODELS),$(call name_of_model,$(model))),$(NAME))

# What else lies in build/.
TAKEN := adopted bench bin boundary costs coverage dist excerpts fuzz lint obj paper peers release repository sanitize tests torture \
	train valgrind verify

ifneq ($(filter study,$(MAKECMDGOALS)),)
$(if $(SENTENCES),,$(error usage: make study MODEL=dir SENTENCES=file.tsv [ADAPTER=dir] [CLASSES=a,b] [BASE=dir], or MODELS='dir dir'))
$(if $(or $(MODEL),$(MODELS)),,$(error usage: make study MODEL=dir SENTENCES=file.tsv, or MODELS='dir dir'))
$(if $(and $(MODEL),$(MODELS)),$(error MODEL is one model, MODELS are several: expected one of the two))
$(if $(and $(ADAPTER),$(MODELS)),$(error ADAPTER is that of a MODEL; of MODELS: checkpoint+adapter))
$(if $(filter 1,$(words $(MODELS))),$(error MODELS='$(MODELS)' is but one (expected two or more)))
$(if $(filter $(words $(sort $(STUDIED))),$(words $(STUDIED))),,$(error MODELS: two of $(STUDIED) have the same name))
$(foreach name,$(sort $(STUDIED) $(NAME)),$(if $(filter $(name),$(EXPERIMENTS) $(LONGER) pocket $(TAKEN)),\
	$(error the name '$(name)' is taken$(if $(MODELS),, (NAME=… is another))))\
	$(if $(shell tr -d 'A-Za-z0-9_-' <<< $(call quote,$(name))),$(error NAME='$(name)' has other characters than letters, digits, _ and -)))
endif

# What it does not say is empty, as in experiments.mk.
define study_of
$(1).checkpoint := $(2)
$(1).adapter    := $(3)
$(1).classes    := $$(CLASSES)
$(1).sentences  := $$(SENTENCES)
$(1).base       := $$(BASE)
$(foreach field,$(FIELDS),$(eval $(1).$(field) ?=))
endef
ifneq ($(MODELS),)
$(foreach model,$(MODELS),$(eval $(call study_of,$(call name_of_model,$(model)),$(firstword $(call plus,$(model))),$(word 2,$(call plus,$(model))))))
else ifneq ($(NAME),)
$(eval $(call study_of,$(NAME),$$(MODEL),$$(ADAPTER)))
endif
