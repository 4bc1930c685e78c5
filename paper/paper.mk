# paper.mk: from an experiment's tables to a PDF: figures, tables, numbers, excerpts, document.
#
# Figures and tables belong to an experiment: build/NAME/figures/, build/NAME/tables/. A document names experiments by
# the roles they play in it, as its stanza here says, so that the same text is written about the pocket model.

# ---- documents: build/paper/paper.pdf, build/pocket/paper.pdf, and build/NAME/report.pdf of a study ----

paper.roles  := sentiment=minilm-sst2
pocket.roles := sentiment=pocket

PAPERS := build/paper/paper build/pocket/paper
DOCUMENTS := $(PAPERS) $(NAME:%=build/%/report)

# A study repeats nothing, and its training left no record.
$(foreach name,$(STUDIES),$(eval $(name).repeats ?=)$(eval $(name).record ?=))

# Of a document, build/FOLDER/paper or build/FOLDER/report: its roles, and their experiments.
roles_of = $(if $(filter %/report,$(1)),study=$(NAME),$($(notdir $(patsubst %/,%,$(dir $(1)))).roles))
experiments_of = $(foreach role,$(call roles_of,$(1)),$(lastword $(subst =, ,$(role))))

.PHONY: paper pocket
paper: build/paper/paper.pdf ## the paper: every number, table and figure from its sources
pocket: build/pocket/paper.pdf ## the same paper about the tiny model, in a minute and without downloads

# ---- figures of an experiment ----

# Cairo stamps the clock into what it draws: the stamp is made a constant.
define draw
@mkdir -p $(@D)
gnuplot -c $< $(filter %.tsv,$^) $@
@sed -i 's/CreationDate (D:[0-9]*/CreationDate (D:19700101000000/' $(@:.tex=.pdf)
endef

$(call in_build,figures/retention.tex): build/%/figures/retention.tex: figures/retention.gp figures/style.gp \
		build/%/retention.tsv
	$(draw)

$(call in_build,figures/scatter.tex): build/%/figures/scatter.tex: figures/scatter.gp figures/style.gp build/%/heads.tsv
	$(draw)

$(call in_build,figures/heatmap.tex): build/%/figures/heatmap.tex: figures/heatmap.gp figures/style.gp build/%/heads.tsv
	$(draw)

# ---- tables of an experiment ----

define tabulate
@mkdir -p $(@D)
awk -v repeats='$($*.repeats)' $(addprefix -f ,$(filter %.awk,$^)) $(filter %.tsv,$^) > $@
endef

$(call in_build,tables/methods.tex): build/%/tables/methods.tex: paper/tsv.awk paper/tables/methods.awk \
		data/published.tsv build/%/methods.tsv
	$(tabulate)

$(call in_build,tables/gradient.tex): build/%/tables/gradient.tex: paper/tsv.awk paper/tables/gradient.awk \
		data/published.tsv build/%/methods.tsv build/%/facts.tsv
	$(tabulate)

$(call in_build,tables/claims.tex): build/%/tables/claims.tex: paper/tsv.awk paper/claims.awk paper/tables/claims.awk \
		data/published.tsv build/%/methods.tsv
	$(tabulate)

$(call in_build,tables/variants.tex): build/%/tables/variants.tex: paper/tsv.awk paper/tables/variants.awk \
		build/%/methods.tsv
	$(tabulate)

# ---- what is a document's own: roles, numbers, the table of experiments ----

# Rewritten only when they change: editing a role, or a commit, rebuilds what depends on them.
define rewrite
@mkdir -p $(@D)
@$(1) > $@.new
@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
endef

build/revision.tsv: FORCE
	$(call rewrite,printf '%s\t%s\n' name value revision "$$(git describe --always --dirty 2>/dev/null || echo unknown)")

$(DOCUMENTS:%=%/roles.tsv): %/roles.tsv: FORCE
	$(call rewrite,printf '%s\t%s\t%s\n' role experiment repeats $(call role_rows,$*))

role_rows = $(foreach role,$(call roles_of,$(1)),$(subst =, ,$(role)) '$($(lastword $(subst =, ,$(role))).repeats)')
tables_of = $(foreach name,$(call experiments_of,$(1)),\
	$(foreach table,methods facts retention,build/$(name)/$(table).tsv))
records_of = $(foreach name,$(call experiments_of,$(1)),$($(name).record))

$(DOCUMENTS:%=%/numbers.tex): %/numbers.tex: paper/tsv.awk paper/claims.awk paper/numbers.awk build/revision.tsv \
		%/roles.tsv data/published.tsv $$(call tables_of,$$*) $$(call records_of,$$*)
	awk $(addprefix -f ,$(filter %.awk,$^)) $(filter %.tsv,$^) > $@

$(PAPERS:%=%/experiments.tex): %/experiments.tex: paper/tsv.awk paper/tables/experiments.awk %/roles.tsv \
		data/published.tsv $$(call tables_of,$$*)
	awk $(addprefix -f ,$(filter %.awk,$^)) $(filter %.tsv,$^) > $@

# ---- excerpts of the programs ----

EXCERPTS := $(patsubst %,build/excerpts/%.tex,ablate-head oan taylor)

$(EXCERPTS): build/excerpts/%.tex: paper/excerpt.sh $(wildcard src/*.c src/lib/*.c)
	@mkdir -p $(@D)
	$< $* > $@

# ---- the documents ----

SHOWN.report := figures/retention figures/scatter figures/heatmap tables/methods
SHOWN.paper := $(SHOWN.report) tables/gradient tables/claims tables/variants
shown_of = $(foreach name,$(call experiments_of,$(1)),$(patsubst %,build/$(name)/%.tex,$(SHOWN.$(notdir $(1)))))

$(PAPERS:%=%.pdf): %.pdf: %/experiments.tex $(EXCERPTS)

$(DOCUMENTS:%=%.pdf): %.pdf: paper/typeset.sh paper/$$(*F).tex paper/preamble.tex paper/names.tex \
		$(wildcard paper/sections/*.tex) paper/references.bib %/numbers.tex $$(call shown_of,$$*)
	$< paper/$(*F).tex $* $@
