# experiments.mk: the experiments, one stanza each; every target is derived from here.
#
#   NAME.checkpoint  folder of the checkpoint (config.json, model.safetensors, vocabulary)
#   NAME.adapter     LoRA adapter to merge into it, if any
#   NAME.classes     names of its classes, if the checkpoint does not tell them
#   NAME.sentences   labelled sentences (TSV: sentence, label)
#   NAME.base        folder of the encoder before fine-tuning, for the control column oan_base, if any
#   NAME.record      what its training recorded, if it was trained here
#   NAME.repeats     the published experiment that it repeats, if any
#
# A new experiment is a stanza here, its name in EXPERIMENTS, and a TSV in data/.

EXPERIMENTS := minilm-sst2

# Experiment 1 of the series again, on a model that anyone can rebuild: 6 layers x 12 heads.
minilm-sst2.checkpoint := $(INPUTS)/minilm
minilm-sst2.adapter    := data/adapters/minilm-sst2
minilm-sst2.classes    := negative,positive
minilm-sst2.sentences  := data/sst-80.tsv
minilm-sst2.base       := $(INPUTS)/minilm
minilm-sst2.record     := data/adapters/minilm-sst2/record.tsv
minilm-sst2.repeats    := distilbert-sst2

# The tiny model of `make pocket` and of the tests: nothing to fetch.
pocket.checkpoint := data/pocket/model
pocket.adapter    :=
pocket.classes    :=
pocket.sentences  := data/pocket/sentences.tsv
pocket.base       :=
pocket.record     := data/pocket/model/record.tsv
pocket.repeats    := distilbert-sst2

# The encoder of the pending experiment (boundary.mk); bert-base-uncased where the hub is reachable.
BOUNDARY_ENCODER ?= minilm
