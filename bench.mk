# bench.mk: how fast the programs are, beside what this machine could do and what others would use.
#
# build/bench/ holds a folder a shape (bench/shapes/), with random weights: speed does not depend on them. What is
# measured on which, bench/measure.py tells. REPEATS=5 repeats more often; ONLY=minilm.ablate measures these cases
# alone, ONLY=paper the stages of the paper.

BENCH := build/bench
REPEATS ?= 3
ONLY :=
SHAPES := minilm distilbert bert-base
COST_SHAPES := minilm bert-base bert-large
COUNTS := 4 8 32 40 64 80 256 400 800 872 8000

in_shapes = $(SHAPES:%=$(BENCH)/%/$(1))
in_all_shapes = $(patsubst %,$(BENCH)/%/$(1),$(sort $(SHAPES) $(COST_SHAPES)))
# train's and PEFT's default modules are BERT's
with_lora = $(patsubst %,$(BENCH)/%/$(1),minilm bert-base)
MEASURE = INPUTS=$(call quote,$(INPUTS)) bench/measure.py --repeats $(REPEATS) --only $(call quote,$(ONLY)) -o build/bench.tsv

.PHONY: bench bench-peers bench-costs bench-inputs peers adopt-bench
bench: bench-inputs ## speed and memory of the programs and of each stage of the paper: build/bench.tsv
	$(MEASURE) $(STAGES)

bench-peers: bench-inputs peers ## the same beside PyTorch, PEFT, ONNX Runtime and CTranslate2 (6 GB)
	$(MEASURE) --peers $(PEERS) $(STAGES)

# For a quiet machine: about half an hour, a third of it a study of BERT-base.
bench-costs: programs $(COUNTS:%=$(BENCH)/tokens-%.safetensors) $(COST_SHAPES:%=$(BENCH)/%/model/model.safetensors) ## what each stage costs here, from which predict-cost goes on: build/bench-costs.tsv
	bench/costs.py -o build/bench-costs.tsv --largest build/bench-largest.tsv

adopt-bench: ## what was measured so, into results/
	$(call adopt,$(wildcard build/bench.tsv build/bench-costs.tsv build/bench-largest.tsv),results)

# The stages of the paper in the order in which data flows: a name, and what make is asked for.
stage = '$(1)=$(RUNNABLE:%=build/%/$(2))'
STAGES = 'compile=programs' $(call stage,import-checkpoint,model/model.safetensors) \
	$(call stage,tokenize,tokens.safetensors) $(call stage,forward,forward.safetensors) \
	$(call stage,score,scores.safetensors) $(call stage,decompose-gradient,gradients.safetensors) \
	$(call stage,ablate,ablation.safetensors) $(call stage,prune,retention.safetensors) \
	'score-base=$(foreach name,$(RUNNABLE),$(if $($(name).base),$(call base_scores,$(name))))' \
	$(call stage,correlate,methods.tsv) $(call stage,measure-classes,classes.tsv) 'figures-and-text=paper'

# ---- models and sentences ----

bench-inputs: programs $(COUNTS:%=$(BENCH)/tokens-%.safetensors) $(call in_shapes,model/model.safetensors) \
	$(call in_shapes,check-full/log.tsv) $(call with_lora,check-lora/log.tsv)

$(BENCH)/vocab.txt: $(firstword $(wildcard $(INPUTS)/minilm/vocab.txt) data/pocket/vocab.txt)
	@mkdir -p $(@D)
	cp $< $(aside); mv $(aside) $@

$(call in_all_shapes,start/config.json): $(BENCH)/%/start/config.json: bench/shapes/%.json $(BENCH)/vocab.txt
	@mkdir -p $(@D)
	cp $(BENCH)/vocab.txt $(@D)
	cp $< $(aside); mv $(aside) $@

$(COUNTS:%=$(BENCH)/tokens-%.safetensors): $(BENCH)/tokens-%.safetensors: $(BIN)/tokenize bench/make-sentences.py \
		$(BENCH)/minilm/start/config.json
	bench/make-sentences.py $* $(BENCH)/vocab.txt $(wildcard $(INPUTS)/sst2/dev.tsv) > $(aside); \
		mv $(aside) $(BENCH)/sentences-$*.tsv
	$< $(BENCH)/minilm/start $(BENCH)/sentences-$*.tsv -o $@

ONE_BATCH := $(BENCH)/tokens-32.safetensors
$(call in_all_shapes,model/model.safetensors): $(BENCH)/%/model/model.safetensors: $(BENCH)/%/start/config.json \
		$(ONE_BATCH) | $(BIN)/train
	$(BIN)/train --init random --method full --rate 0 --steps 1 $(BENCH)/$*/start $(ONE_BATCH) -o $(@D)

$(call with_lora,adapter/adapter_model.safetensors): $(BENCH)/%/adapter/adapter_model.safetensors: \
		$(BENCH)/%/model/model.safetensors $(ONE_BATCH) | $(BIN)/train
	$(BIN)/train --method lora --rate 0 --steps 1 $(BENCH)/$*/model $(ONE_BATCH) -o $(@D)

# a few losses without dropout, with which those of the peers have to agree
FEW_STEPS := --dropout 0 --schedule constant --warm-up 0 --rate 1e-4 --steps 3 --log-every 1

$(call in_shapes,check-full/log.tsv): $(BENCH)/%/check-full/log.tsv: $(BIN)/train \
		$(BENCH)/%/model/model.safetensors $(ONE_BATCH)
	$< --method full $(FEW_STEPS) $(BENCH)/$*/model $(ONE_BATCH) -o $(@D)

$(call with_lora,check-lora/log.tsv): $(BENCH)/%/check-lora/log.tsv: $(BIN)/train \
		$(BENCH)/%/adapter/adapter_model.safetensors $(ONE_BATCH)
	$< --method lora --adapter $(BENCH)/$*/adapter $(FEW_STEPS) $(BENCH)/$*/model $(ONE_BATCH) -o $(@D)

# ---- peers: packages in folders of their own; what cannot be installed or converted is missing from the table ----

PEERS := build/peers
installed = $(patsubst %,$(PEERS)/%/requirements.txt,$(1))

peers: $(call installed,pytorch onnxruntime ctranslate2) $(call in_shapes,model.onnx) \
	$(call in_shapes,ctranslate2/model.bin)

$(call installed,pytorch onnxruntime ctranslate2 converters): $(PEERS)/%/requirements.txt: bench/peers/%.txt
	rm -rf $(@D)
	-python3 -m pip install --quiet --target $(@D) -r $< && cp $< $@

$(call in_shapes,model.onnx): $(BENCH)/%/model.onnx: bench/peers/to-onnx.py $(BENCH)/%/model/model.safetensors \
		$(call installed,onnxruntime pytorch)
	-PYTHONPATH=$(PEERS)/onnxruntime:$(PEERS)/pytorch python3 $< $(BENCH)/$*/model $(aside) && mv $(aside) $@

# its converter needs an older transformers
$(call in_shapes,ctranslate2/model.bin): $(BENCH)/%/ctranslate2/model.bin: $(BENCH)/%/model/model.safetensors \
		$(call installed,converters ctranslate2 pytorch)
	-PYTHONPATH=$(PEERS)/converters:$(PEERS)/ctranslate2:$(PEERS)/pytorch \
		python3 -m ctranslate2.converters.transformers --force --model $(<D) --output_dir $(@D).$$$$ && \
		rm -rf $(@D) && mv $(@D).$$$$ $(@D)
