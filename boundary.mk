# boundary.mk: the experiment that the series left pending (data/boundary/README.md): one encoder, fine-tuned on the same
# news in four classes and in two groups of two, measured while it converges.
#
#   make boundary             the runs that results/ does not hold yet, each adopted there as it ends
#   make boundary-RUN         one run: four-s1, ws-bt-s3, sst2-s2, …
#   make adopt-boundary-RUN   copies it into results/
#
# A run is CONDITION-sSEED. Each run, and each of its snapshots, is a target of its own and goes on where it stopped.

BOUNDARY := build/boundary/$(BOUNDARY_ENCODER)

# ---- conditions: where their sentences come from, and the classes in their order ----

boundary.four  := $(NEWS)
boundary.ws-bt := World+Sports,Business+Sci/Tech
boundary.wb-st := World+Business,Sports+Sci/Tech
boundary.wt-sb := World+Sci/Tech,Sports+Business
boundary.w-s   := World,Sports
boundary.w-b   := World,Business
boundary.w-t   := World,Sci/Tech
boundary.s-b   := Sports,Business
boundary.s-t   := Sports,Sci/Tech
boundary.b-t   := Business,Sci/Tech
boundary.sst2  := negative,positive

GROUPINGS := ws-bt wb-st wt-sb
PRIMARY := four $(GROUPINGS)
PAIRS   := w-s w-b w-t s-b s-t b-t
CONDITIONS := $(PRIMARY) $(PAIRS) sst2

# The four-class network's readings by groups bear the names of the groupings.
groups_of = $(if $(filter four,$(1)),--groups '$(GROUPS_OF_NEWS)')

# what is kept of each head
head_columns = $(subst $(space),$(comma),$(strip ablation $(if $(filter four,$(1)),ablation_margin_mean $(GROUPINGS:%=ablation_%)) \
	oan tam attnorm entinv taylor gradmag oan_base))

# ---- sentences, balanced: sentences/SET/PART.tsv ----

# All primary conditions are of one set, drawn by its four classes.
set_of = $(if $(filter $(PRIMARY),$(1)),news,$(1))
boundary.news := $(boundary.four)
SETS := news $(PAIRS) sst2

# The probe is a part of the training sentences, and held out is what comes after the evaluation sentences.
PARTS := training probe evaluation held-out
training.size   := 2048
probe.size      := 512
evaluation.size := 200
held-out.size    = $(if $(filter sst2,$(1)),640,1000)

training.skip   := 0
probe.skip      := 0
evaluation.skip := 0
held-out.skip   := $(evaluation.size)

training.from   = $(if $(filter sst2,$(1)),$(INPUTS)/sst2/train.tsv,build/train/agnews-pool.tsv)
probe.from      = $(training.from)
evaluation.from = $(if $(filter sst2,$(1)),$(INPUTS)/sst2/dev.tsv,build/train/agnews-test.tsv)
held-out.from   = $(evaluation.from)

# what its source calls the classes
labels_of = $(if $(filter sst2,$(1)),0$(comma)1,$(boundary.$(1)))

of_each_class = $$(($(call $(notdir $(1)).$(2),$(call folder_in,$(1))) / $(words $(subst $(comma), ,$(boundary.$(call folder_in,$(1)))))))
folder_in = $(patsubst %/,%,$(dir $(1)))
source_of = $(call $(notdir $(1)).from,$(call folder_in,$(1)))

$(foreach set,$(SETS),$(PARTS:%=$(BOUNDARY)/sentences/$(set)/%.tsv)): $(BOUNDARY)/sentences/%.tsv: \
		$(BIN)/sample-sentences $$(call source_of,$$*)
	@mkdir -p $(@D)
	$< --classes '$(call labels_of,$(call folder_in,$*))' --skip $(call of_each_class,$*,skip) \
		--per-class $(call of_each_class,$*,size) $(call source_of,$*) -o $@

BOUNDARY_TOKENS := $(foreach part,$(PARTS),$(CONDITIONS:%=$(BOUNDARY)/tokens/%/$(part).safetensors))
sentences_of = $(BOUNDARY)/sentences/$(call set_of,$(call folder_in,$(1)))/$(notdir $(1)).tsv

$(BOUNDARY)/encoder/model.safetensors: $(BIN)/import-checkpoint \
		$$(or $$(wildcard $(INPUTS)/$(BOUNDARY_ENCODER)/*),$(INPUTS)/$(BOUNDARY_ENCODER)/config.json)
	@mkdir -p $(@D)
	$< $(INPUTS)/$(BOUNDARY_ENCODER) -o $(@D)

$(BOUNDARY_TOKENS): $(BOUNDARY)/tokens/%.safetensors: $(BIN)/tokenize $(BOUNDARY)/encoder/model.safetensors \
		$$(call sentences_of,$$*)
	@mkdir -p $(@D)
	$< --max-length 32 --classes '$(boundary.$(call folder_in,$*))' $(BOUNDARY)/encoder \
		$(call sentences_of,$*) -o $@

# the control: scores of the encoder before fine-tuning
$(CONDITIONS:%=$(BOUNDARY)/tokens/%/base-scores.safetensors): %/base-scores.safetensors: $(BIN)/score \
		%/evaluation.safetensors
	$< $(BOUNDARY)/encoder $*/evaluation.safetensors -o $@

# ---- runs: training, then each snapshot's measures ----

SNAPSHOTS := 16 32 64 128 256 512 1024 2048
PRIMARY_RUNS := $(foreach seed,1 2 3 4 5,$(PRIMARY:%=%-s$(seed)))
BOUNDARY_RUNS := $(PRIMARY_RUNS) $(foreach seed,1 2 3,$(addsuffix -s$(seed),sst2 $(PAIRS)))

run_seed = $(lastword $(subst -s, ,$(1)))
run_condition = $(1:%-s$(call run_seed,$(1))=%)
run_tokens = $(BOUNDARY)/tokens/$(call run_condition,$(1))
run_of = $(firstword $(subst /, ,$(1)))
step_of = $(lastword $(subst step-, ,$(1)))

$(BOUNDARY_RUNS:%=$(BOUNDARY)/%/training/record.tsv): $(BOUNDARY)/%/training/record.tsv: \
		$$(call run_tokens,$$*)/training.safetensors $$(call run_tokens,$$*)/held-out.safetensors | $(BIN)/train
	@mkdir -p $(@D)
	$(BIN)/train --rank 16 --alpha 32 --half --rate 5e-4 --schedule constant --warm-up 32 --batch 16 \
		--steps $(lastword $(SNAPSHOTS)) --snapshots $(subst $(space),$(comma),$(SNAPSHOTS)) --save-every 256 \
		--evaluate-every 128 --seed $(call run_seed,$*) --held-out $(call run_tokens,$*)/held-out.safetensors \
		$(BOUNDARY)/encoder $(call run_tokens,$*)/training.safetensors -o $(@D)

# The snapshot's model and what the programs wrote of it are some 100 MB, and go when the measures are taken.
MEASURES := $(foreach run,$(BOUNDARY_RUNS),$(SNAPSHOTS:%=$(BOUNDARY)/$(run)/step-%.tsv))
$(MEASURES): $(BOUNDARY)/%.tsv: $(BOUNDARY)/$$(call run_of,$$*)/training/record.tsv \
		$$(foreach part,probe evaluation held-out base-scores,$$(call run_tokens,$$(call run_of,$$*))/$$(part).safetensors) \
		| $(addprefix $(BIN)/,import-checkpoint forward score decompose-gradient ablate measure-snapshot export)
	@mkdir -p $(BOUNDARY)/$*
	@echo 'measuring $*'
	@at=$(BOUNDARY)/$* tokens=$(call run_tokens,$(call run_of,$*)); \
	$(BIN)/import-checkpoint --adapter $(<D)/$(notdir $*) --classes '$(boundary.$(call run_condition,$(call run_of,$*)))' \
		$(BOUNDARY)/encoder -o $$at/model; \
	$(BIN)/forward $$at/model $$tokens/probe.safetensors -o $$at/probe.safetensors; \
	$(BIN)/forward $$at/model $$tokens/held-out.safetensors -o $$at/held-out.safetensors; \
	$(BIN)/score $$at/model $$tokens/evaluation.safetensors -o $$at/scores.safetensors; \
	$(BIN)/decompose-gradient --temperatures 2,4,8,inf $$at/model $$tokens/evaluation.safetensors -o $$at/gradients.safetensors; \
	$(BIN)/ablate --removals zero $$at/model $$tokens/evaluation.safetensors -o $$at/ablation.safetensors; \
	heads=($$at/ablation.safetensors $$at/scores.safetensors $$at/gradients.safetensors); \
	$(BIN)/export --base $$tokens/base-scores.safetensors $(call groups_of,$(call run_condition,$(call run_of,$*))) \
		--columns $(call head_columns,$(call run_condition,$(call run_of,$*))) heads "$${heads[@]}" -o $$at/heads.tsv; \
	sed -e '1s/^/step\t/' -e '2,$$s/^/$(call step_of,$*)\t/' $$at/heads.tsv > $(aside); mv $(aside) $(@:.tsv=-heads.tsv); \
	$(BIN)/measure-snapshot --run $(call run_of,$*) --step $(call step_of,$*) \
		$(call groups_of,$(call run_condition,$(call run_of,$*))) --base $$tokens/base-scores.safetensors \
		$$at/probe.safetensors $$at/held-out.safetensors "$${heads[@]}" -o $@
	@rm -r $(BOUNDARY)/$*

# the snapshots of a run in one table, and its heads, written beside these, in another
$(BOUNDARY_RUNS:%=$(BOUNDARY)/%/snapshots.tsv): %/snapshots.tsv: $$(foreach step,$$(SNAPSHOTS),%/step-$$(step).tsv)
	awk 'NR == 1 || FNR > 1' $^ > $(aside); mv $(aside) $@

$(BOUNDARY_RUNS:%=$(BOUNDARY)/%/heads.tsv): %/heads.tsv: $$(foreach step,$$(SNAPSHOTS),%/step-$$(step).tsv)
	awk 'NR == 1 || FNR > 1' $(^:.tsv=-heads.tsv) > $(aside); mv $(aside) $@

.PHONY: $(BOUNDARY_RUNS:%=boundary-%) $(BOUNDARY_RUNS:%=adopt-boundary-%)
$(BOUNDARY_RUNS:%=boundary-%): boundary-%: $(BOUNDARY)/%/snapshots.tsv $(BOUNDARY)/%/heads.tsv

boundary-%: ## one of them: four-s1, ws-bt-s3, …; adopt-boundary-%, into results/

$(BOUNDARY_RUNS:%=adopt-boundary-%): adopt-boundary-%: boundary-%
	$(call adopt,$(patsubst %,$(BOUNDARY)/$*/%,snapshots.tsv heads.tsv training/record.tsv training/log.tsv),$(BOUNDARY_RESULTS)/$*)

# ---- the rule, applied to the runs that are adopted ----

BOUNDARY_RESULTS := results/boundary/$(BOUNDARY_ENCODER)
ADOPTED_RUNS := $(wildcard $(BOUNDARY_RESULTS)/*/snapshots.tsv)

.PHONY: boundary
boundary: $(addprefix adopt-boundary-,$(filter-out $(ADOPTED_RUNS:$(BOUNDARY_RESULTS)/%/snapshots.tsv=%),$(BOUNDARY_RUNS))) ## the runs of the pending experiment that results/ does not hold yet (hours)

VERDICTS := claims parts omitted runs
$(VERDICTS:%=build/boundary/%.tsv): build/boundary/%.tsv: $(BIN)/decide data/boundary/rule.tsv $(ADOPTED_RUNS) \
		build/boundary/plan.tsv
	@mkdir -p $(@D)
	$< $* data/boundary/rule.tsv $(ADOPTED_RUNS) -o $@

# What there is to be run, and what is adopted: sizes, how many runs of each condition. Rewritten when it changes, so
# that a run that is taken away is noticed as well. Heads are counted in the first run.
count_heads = awk 'NR > 1 { heads[$$2, $$3] } END { print length(heads) }' $(firstword $(ADOPTED_RUNS:%/snapshots.tsv=%/heads.tsv) /dev/null)
build/boundary/plan.tsv: FORCE
	$(call rewrite,printf '%s\t%s\n' name value $(foreach part,$(PARTS),$(part) $(call $(part).size,news)) \
		adopted $(subst $(space),$(comma),$(or $(ADOPTED_RUNS:$(BOUNDARY_RESULTS)/%/snapshots.tsv=%),none)) \
		heads "$$($(count_heads))" first_step $(firstword $(SNAPSHOTS)) last_step $(lastword $(SNAPSHOTS)) runs $(words $(BOUNDARY_RUNS)) \
		$(foreach condition,$(CONDITIONS),runs/$(condition) $(words $(filter $(condition)-s%,$(BOUNDARY_RUNS)))))
