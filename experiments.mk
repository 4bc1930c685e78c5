# experiments.mk: the experiments, one stanza each; every target is derived from here.
#
#   NAME.checkpoint     folder of the checkpoint (config.json, weights, vocabulary)
#   NAME.adapter        LoRA adapter to merge into it, if any
#   NAME.repeat-layers  how often each of its layers stands in a row, if more than once
#   NAME.classes        names of its classes in their order, if the checkpoint does not tell them
#   NAME.sentences      labelled sentences (TSV: sentence, label)
#   NAME.base           folder of the encoder before fine-tuning, for the control column oan_base, if any
#   NAME.other          an experiment of the same architecture on another task, for the control column oan_other, if any
#   NAME.groups         NAME=CLASS+CLASS,…: sides of the classes whose log-odds are read as a margin, too
#   NAME.record         what its training recorded, if it was trained here
#   NAME.repeats        the published experiment that it repeats, if any
#   NAME.seeds          further seeds of its training: experiments NAME-s2, …, alike but for adapter and record; longer
#   NAME.like           the experiment from which it takes all else, if it is a longer one
#
# A new experiment is a stanza here, its name in EXPERIMENTS, and a TSV in data/. One whose checkpoint, adapter or base is
# not here is not run, and the paper says so; `make REQUIRE=all paper` makes that an error.

EXPERIMENTS := distilbert-sst2 bert-sst2 bert-agnews minilm-sst2 minilm12-sst2 minilm-agnews minilm-world-sports

# The four classes of news, and the ways to take them two and two.
NEWS := World,Sports,Business,Sci/Tech
GROUPS_OF_NEWS := ws-bt=World+Sports,wb-st=World+Business,wt-sb=World+Sci/Tech

# ---- the published checkpoints; `make fetch` gets them ----

distilbert-sst2.checkpoint := $(INPUTS)/distilbert-sst2
distilbert-sst2.sentences  := data/sst-80.tsv
distilbert-sst2.repeats    := distilbert-sst2

bert-sst2.checkpoint := $(INPUTS)/bert-sst2
bert-sst2.classes    := negative,positive
bert-sst2.sentences  := data/sst-80.tsv
bert-sst2.base       := $(INPUTS)/bert-base-uncased
bert-sst2.other      := bert-agnews
bert-sst2.repeats    := bert-sst2

bert-agnews.checkpoint := $(INPUTS)/bert-agnews
bert-agnews.classes    := $(NEWS)
bert-agnews.sentences  := data/news-80.tsv
bert-agnews.base       := $(INPUTS)/bert-base-uncased
bert-agnews.other      := bert-sst2
bert-agnews.groups     := $(GROUPS_OF_NEWS)
bert-agnews.repeats    := bert-agnews

# ---- the same on models that anyone can rebuild: one encoder, and adapters that training.mk makes ----

minilm-sst2.checkpoint := $(INPUTS)/minilm
minilm-sst2.adapter    := data/adapters/minilm-sst2
minilm-sst2.classes    := negative,positive
minilm-sst2.sentences  := data/sst-80.tsv
minilm-sst2.base       := $(INPUTS)/minilm
minilm-sst2.other      := minilm-agnews
minilm-sst2.record     := data/adapters/minilm-sst2/record.tsv
minilm-sst2.repeats    := distilbert-sst2
minilm-sst2.seeds      := 2 3 4 5

# 144 heads: a test of depth on copied layers, not a second architecture.
minilm12-sst2.checkpoint    := $(INPUTS)/minilm
minilm12-sst2.adapter       := data/adapters/minilm12-sst2
minilm12-sst2.repeat-layers := 2
minilm12-sst2.classes       := negative,positive
minilm12-sst2.sentences     := data/sst-80.tsv
minilm12-sst2.base          := $(INPUTS)/minilm
minilm12-sst2.record        := data/adapters/minilm12-sst2/record.tsv
minilm12-sst2.repeats       := bert-sst2
minilm12-sst2.seeds         := 2 3

minilm-agnews.checkpoint := $(INPUTS)/minilm
minilm-agnews.adapter    := data/adapters/minilm-agnews
minilm-agnews.classes    := $(NEWS)
minilm-agnews.sentences  := data/news-80.tsv
minilm-agnews.base       := $(INPUTS)/minilm
minilm-agnews.other      := minilm-sst2
minilm-agnews.groups     := $(GROUPS_OF_NEWS)
minilm-agnews.record     := data/adapters/minilm-agnews/record.tsv
minilm-agnews.repeats    := bert-agnews
minilm-agnews.seeds      := 2 3

# Experiment 5, which the series left pending.
minilm-world-sports.checkpoint := $(INPUTS)/minilm
minilm-world-sports.adapter    := data/adapters/minilm-world-sports
minilm-world-sports.classes    := World,Sports
minilm-world-sports.sentences  := data/news-80.tsv
minilm-world-sports.base       := $(INPUTS)/minilm
minilm-world-sports.other      := minilm-sst2
minilm-world-sports.record     := data/adapters/minilm-world-sports/record.tsv
minilm-world-sports.repeats    := minilm-world-sports
minilm-world-sports.seeds      := 2 3

# ---- longer: larger sets of sentences, which decide in general; `make adopt-results-NAME`, or NAME-s2, … ----
# The paper judges by those that are in results/.

LARGER := minilm-sst2-dev minilm12-sst2-dev minilm-agnews-test minilm-world-sports-test

minilm-sst2-dev.like      := minilm-sst2
minilm-sst2-dev.sentences := $(INPUTS)/sst2/dev.tsv

minilm12-sst2-dev.like      := minilm12-sst2
minilm12-sst2-dev.sentences := $(INPUTS)/sst2/dev.tsv

minilm-agnews-test.like      := minilm-agnews
minilm-agnews-test.sentences := build/train/agnews-test-800.tsv

minilm-world-sports-test.like      := minilm-world-sports
minilm-world-sports-test.sentences := build/train/agnews-test-800.tsv

# ---- longer: the same trained in all weights, which tells what LoRA does to a result; `make train-NAME` first ----
# The weights stay out of the repository, the results are in it.

FULL := minilm-sst2-full minilm-agnews-full minilm-world-sports-full

minilm-sst2-full.like       := minilm-sst2
minilm-sst2-full.checkpoint := build/train/minilm-sst2-full
minilm-sst2-full.adapter    :=
minilm-sst2-full.record     := build/train/minilm-sst2-full/record.tsv

minilm-agnews-full.like       := minilm-agnews
minilm-agnews-full.checkpoint := build/train/minilm-agnews-full
minilm-agnews-full.adapter    :=
minilm-agnews-full.record     := build/train/minilm-agnews-full/record.tsv

minilm-world-sports-full.like       := minilm-world-sports
minilm-world-sports-full.checkpoint := build/train/minilm-world-sports-full
minilm-world-sports-full.adapter    :=
minilm-world-sports-full.record     := build/train/minilm-world-sports-full/record.tsv

# ---- the tiny model of `make pocket` and of the tests: nothing to fetch ----

pocket.checkpoint := data/pocket/model
pocket.sentences  := data/pocket/sentences.tsv
pocket.record     := data/pocket/model/record.tsv
pocket.repeats    := distilbert-sst2

# The encoder of the pending experiment (boundary.mk); bert-base-uncased where the hub is reachable.
BOUNDARY_ENCODER ?= minilm
