# paper.mk: from an experiment's tables to a PDF: figures, tables, numbers, excerpts, document.
#
# Figures and tables belong to an experiment: build/NAME/figures/, build/NAME/tables/. A document names experiments by
# the roles they play in it, as its stanza here says, so that the same text is written about the pocket model.

# ---- documents: build/paper/paper.pdf, build/pocket/paper.pdf, and build/NAME/report.pdf of a study ----

paper.roles  := sentiment=minilm-sst2
pocket.roles := sentiment=pocket

PAPERS := build/paper/paper build/pocket/paper
DOCUMENTS := $(PAPERS) $(NAME:%=build/%/report)

# Of an experiment: the published one that it repeats, and what its training recorded.
minilm-sst2.repeats := distilbert-sst2
minilm-sst2.record  := data/adapters/minilm-sst2/record.tsv
pocket.repeats := distilbert-sst2
pocket.record  := data/pocket/model/record.tsv
$(foreach name,$(STUDIES),$(eval $(name).repeats ?=)$(eval $(name).record ?=))

# Of a document, build/FOLDER/paper or build/FOLDER/report: its roles, and their experiments.
roles_of = $(if $(filter %/report,$(1)),study=$(NAME),$($(notdir $(patsubst %/,%,$(dir $(1)))).roles))
experiments_of = $(foreach role,$(call roles_of,$(1)),$(lastword $(subst =, ,$(role))))

.PHONY: paper pocket
paper: build/paper/paper.pdf ## the paper: every number, table and figure from its sources
pocket: build/pocket/paper.pdf ## the same paper about the tiny model, in a minute and without downloads

# ---- figures of an experiment; cairo stamps the clock into them ----

GNUPLOT = @mkdir -p $(@D)$(newline)gnuplot -c $< $(filter %.tsv,$^) $@$(newline)@sed -i 's/CreationDate (D:[0-9]*/CreationDate (D:19700101000000/' $(@:.tex=.pdf)
