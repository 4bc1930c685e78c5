# training.mk: how the committed models were made. `make train-NAME` works under build/train/NAME and goes on
# where it stopped; `make adopt-NAME` copies its result into data/.

$(subst $(space),\ ,$(INPUTS))/%:
	@echo $(call quote,$@ is not here; `make fetch` gets it) >&2; exit 1

# ---- AG News: its test set and four published parts of its training set, which overlap ----

AGNEWS_PARTS := fxcawley lst vicrudakov alps

agnews-test.source       := $(INPUTS)/agnews/test.csv
agnews-test.form         := --text 2,3 --label 1 --names 1=World,2=Sports,3=Business,4=Sci/Tech
agnews-fxcawley.source   := $(INPUTS)/agnews/train-fxcawley.csv
agnews-fxcawley.form     := --header --names 0.0=World,1.0=Sports,2.0=Business,3.0=Sci/Tech
agnews-lst.source        := $(INPUTS)/agnews/train-lst.csv
agnews-lst.form          := --names 0=World,1=Sports,2=Business,3=Sci/Tech
agnews-vicrudakov.source := $(INPUTS)/agnews/train-vicrudakov.csv
agnews-vicrudakov.form   := --names world=World,sci_tech=Sci/Tech
agnews-alps.source       := $(INPUTS)/agnews/train-alps.tsv
agnews-alps.form         := --tabs

$(patsubst %,build/train/agnews-%.tsv,test $(AGNEWS_PARTS)): build/train/%.tsv: $(BIN)/import-sentences $$($$*.source)
	@mkdir -p $(@D)
	$< -v $($*.form) $($*.source) -o $@

build/train/agnews-pool.tsv: $(BIN)/pool-sentences build/train/agnews-test.tsv \
		$(AGNEWS_PARTS:%=build/train/agnews-%.tsv)
	$< -v --except build/train/agnews-test.tsv $(AGNEWS_PARTS:%=build/train/agnews-%.tsv) -o $@

# A part of the test set, as large for each class: heads are judged by it in the longer experiments.
build/train/agnews-test-800.tsv: $(BIN)/sample-sentences build/train/agnews-test.tsv
	$< --classes '$(NEWS)' --per-class 200 build/train/agnews-test.tsv -o $@

# Sentences that are made here are made before an experiment looks at them.
$(foreach name,$(ADOPTABLE),$(if $(filter build/%,$($(name).sentences)),$(eval build/$(name)/params: $($(name).sentences))))

# ---- tasks: the classes in their order, sentences to train on and others to measure accuracy on ----

task.sst2.classes          := negative,positive
task.sst2-training         := $(INPUTS)/sst2/train.tsv
task.sst2-held-out         := $(INPUTS)/sst2/dev.tsv

task.agnews.classes        := $(NEWS)
task.agnews-training       := build/train/agnews-pool.tsv
task.agnews-held-out       := build/train/agnews-test.tsv

task.world-sports.classes  := World,Sports
task.world-sports-training := build/train/agnews-pool.tsv
task.world-sports-held-out := build/train/agnews-test.tsv

# ---- models: NAME-sSEED are runs of other seeds; NAME-full trains all weights, to tell what LoRA does to a result ----

RECIPES := minilm-sst2 minilm12-sst2 minilm-agnews minilm-world-sports

minilm-sst2.task           := sst2
minilm-sst2.epochs         := 2
minilm12-sst2.task         := sst2
minilm12-sst2.epochs       := 2
minilm-agnews.task         := agnews
minilm-agnews.epochs       := 3
minilm-world-sports.task   := world-sports
minilm-world-sports.epochs := 3

# What a model starts from: the encoder that its stanza names, and its task's sentences in that encoder's tokens. The folder's
# name is what an adapter tells of its encoder.
start_of = build/train/$(1)/$(notdir $(subst $(space),_,$($(1).checkpoint)))$(addprefix -x,$($(1).repeat-layers))
tokens_of = $(patsubst %,build/train/$(1)/$($(1).task)-%.safetensors,$(2))

$(RECIPES:%=build/train/%/params): build/train/%/params: FORCE
	$(call rewrite,{ echo 'repeat-layers $($*.repeat-layers)'; $(call list_files,checkpoint); })

$(foreach name,$(RECIPES),$(call start_of,$(name))/model.safetensors): build/train/%/model.safetensors: \
		$(BIN)/import-checkpoint build/train/$$(*D)/params
	$< $(if $($(*D).repeat-layers),--repeat-layers $($(*D).repeat-layers)) $(call quote,$($(*D).checkpoint)) -o $(@D)

$(foreach name,$(RECIPES),$(call tokens_of,$(name),training held-out)): build/train/%.safetensors: $(BIN)/tokenize \
		$$(call start_of,$$(*D))/model.safetensors $$(task.$$(*F))
	$< -v --classes '$(task.$($(*D).task).classes)' --max-length 128 $(call start_of,$(*D)) $(task.$(*F)) -o $@

# the same for every task; an adapter is kept in F16, as several are committed
lora.recipe := --rank 16 --alpha 32 --half --rate 5e-4
full.recipe := --method full --rate 5e-5

ADAPTERS := $(RECIPES) $(foreach name,$(RECIPES),$(addprefix $(name)-s,$($(name).seeds)))
TRAINED := $(ADAPTERS) $(FULL)

# of a run, NAME, NAME-sSEED or NAME-full
SEEDS := $(sort $(foreach name,$(RECIPES),$($(name).seeds)))
seed_of = $(or $(filter $(SEEDS),$(lastword $(subst -s, ,$(1)))),1)
model_of = $(patsubst %-full,%,$(1:%-s$(call seed_of,$(1))=%))
recipe_of = $(if $(filter %-full,$(1)),$(full.recipe),$(lora.recipe))

.PHONY: $(TRAINED:%=train-%) $(ADAPTERS:%=adopt-%)
$(TRAINED:%=train-%): train-%: $(BIN)/train $$(call start_of,$$(call model_of,$$*))/model.safetensors \
		$$(call tokens_of,$$(call model_of,$$*),training held-out)
	$< $(call recipe_of,$*) --epochs $($(call model_of,$*).epochs) --seed $(call seed_of,$*) \
		--held-out $(call tokens_of,$(call model_of,$*),held-out) $(call start_of,$(call model_of,$*)) \
		$(call tokens_of,$(call model_of,$*),training) -o build/train/$*

train-%: ## fine-tune the model of an experiment: minilm-sst2, minilm-agnews, …; with -s2, another seed; with -full, all weights
adopt-%: ## the adapter that it made, into data/

# Goals of one make follow each other, with -j as well: what is trained is adopted, what is adopted is run.
asked_for = $(filter $(MAKECMDGOALS),$(1))
$(ADOPTABLE:%=build/%/params): build/%/params: \
		$$(call asked_for,train-$$(notdir $$($$*.checkpoint)) adopt-$$(notdir $$($$*.adapter)))

$(ADAPTERS:%=adopt-%): adopt-%: $$(call asked_for,train-$$*)
	$(call adopt,$(addprefix build/train/$*/,adapter_config.json record.tsv log.tsv adapter_model.safetensors),data/adapters/$*)

# ---- pocket: a tiny model from random weights, on sentences from a template grammar ----

build/train/pocket-%.safetensors: $(BIN)/tokenize data/pocket/%.tsv
	@mkdir -p $(@D)
	$< data/pocket data/pocket/$*.tsv -o $@

.PHONY: train-pocket adopt-pocket
train-pocket: $(BIN)/train build/train/pocket-train.safetensors build/train/pocket-held-out.safetensors ## train the tiny model
	$< --init random --method full --epochs 15 --batch 16 --rate 1e-3 --warm-up 0.1 --seed 1 \
		--held-out build/train/pocket-held-out.safetensors data/pocket build/train/pocket-train.safetensors \
		-o build/train/pocket

build/pocket/params: $(call asked_for,adopt-pocket)

adopt-pocket: $(call asked_for,train-pocket)
	$(call adopt,$(addprefix build/train/pocket/,config.json vocab.txt tokenizer_config.json record.tsv log.tsv \
		model.safetensors),data/pocket/model)
