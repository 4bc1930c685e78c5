# training.mk: how the committed models were made. `make train-NAME` works under build/train/NAME and goes on
# where it stopped; `make adopt-NAME` copies its result into data/.

UNTUNED := build/train/minilm

# ---- minilm-sst2: LoRA on SST-2's training sentences, accuracy on its 872 dev sentences ----

$(UNTUNED)/model.safetensors: $(BIN)/import-checkpoint
	@mkdir -p $(@D)
	$< $(INPUTS)/minilm -o $(UNTUNED)

build/train/sst2-%.safetensors: $(BIN)/tokenize $(UNTUNED)/model.safetensors
	$< --classes negative,positive --max-length 128 $(UNTUNED) $(INPUTS)/sst2/$*.tsv -o $@

SST2 := $(UNTUNED)/model.safetensors build/train/sst2-train.safetensors build/train/sst2-dev.safetensors

.PHONY: train-minilm-sst2 adopt-minilm-sst2
train-minilm-sst2: $(BIN)/train $(SST2) ## fine-tune the model of the paper
	$< --rank 16 --alpha 32 --rate 5e-4 --epochs 2 --seed 1 --held-out build/train/sst2-dev.safetensors \
		$(UNTUNED) build/train/sst2-train.safetensors -o build/train/minilm-sst2

adopt-minilm-sst2:
	@mkdir -p data/adapters/minilm-sst2
	cd build/train/minilm-sst2 && cp adapter_config.json record.tsv log.tsv adapter_model.safetensors \
		$(CURDIR)/data/adapters/minilm-sst2/

# ---- pocket: a tiny model from random weights, on sentences from a template grammar ----

build/train/pocket-%.safetensors: $(BIN)/tokenize data/pocket/%.tsv
	@mkdir -p $(@D)
	$< data/pocket data/pocket/$*.tsv -o $@

.PHONY: train-pocket adopt-pocket
train-pocket: $(BIN)/train build/train/pocket-train.safetensors build/train/pocket-held-out.safetensors ## train the tiny model
	$< --init random --method full --epochs 15 --batch 16 --rate 1e-3 --warm-up 0.1 --seed 1 \
		--held-out build/train/pocket-held-out.safetensors data/pocket build/train/pocket-train.safetensors \
		-o build/train/pocket

adopt-pocket:
	@mkdir -p data/pocket/model
	cd build/train/pocket && cp config.json vocab.txt tokenizer_config.json record.tsv log.tsv model.safetensors \
		$(CURDIR)/data/pocket/model/
