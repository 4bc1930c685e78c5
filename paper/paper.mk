# paper.mk: from the experiments' tables to a PDF: figures, tables, numbers, excerpts, document.
#
# Figures and tables of one experiment lie in build/NAME/figures/ and build/NAME/tables/, those of a document beside
# it. A document names experiments by the roles they play in it, as its stanza here says, so that the same text is
# written about the pocket model, and about an experiment that was not run.

# ---- documents: build/paper/paper.pdf, build/pocket/paper.pdf; of a study build/NAME/report.pdf, of several models
# build/NAME/comparison.pdf ----

# Experiments of which the text says nothing play a role of their own name, in the tables over all experiments.
paper.roles := sentiment=minilm-sst2 sentiment-original=distilbert-sst2 deep=minilm12-sst2 deep-original=bert-sst2 \
	topics=minilm-agnews topics-original=bert-agnews pair=minilm-world-sports
pocket.roles := $(patsubst sentiment=%,sentiment=pocket,$(paper.roles))
paper.roles += $(foreach name,$(EXPERIMENTS),$(if $(filter %=$(name),$(paper.roles)),,$(name)=$(name)))

PAPERS := build/paper/paper build/pocket/paper
COMPARISON := $(if $(MODELS),build/$(NAME)/comparison)
DOCUMENTS := $(PAPERS) $(STUDIED:%=build/%/report) $(COMPARISON)

# Of a document, build/FOLDER/paper or build/FOLDER/report: its roles, and the experiments that are run for it.
folder_of = $(notdir $(patsubst %/,%,$(dir $(1))))
roles_of = $(if $(filter %/report,$(1)),study=$(call folder_of,$(1)),\
	$(if $(filter %/comparison,$(1)),$(foreach name,$(STUDIED),$(name)=$(name)),$($(call folder_of,$(1)).roles)))
cast_of = $(foreach role,$(call roles_of,$(1)),$(lastword $(subst =, ,$(role))))
experiments_of = $(foreach name,$(call cast_of,$(1)),$(if $(call why_not,$(1),$(name)),,$(name)))

# Why experiment $(2) is not run for document $(1), in words without folders; nothing if it is.
why_not = $(strip $(if $(filter build/pocket/%,$(1)),$(if $(filter pocket,$(2)),,a pocket run has one model),\
	$(if $(filter $(EXPERIMENTS),$(2)),$(call in_words,$(call lacks,$(2))))))
# A file whose sum the lock does not know is used, and named.
state = $(if $(call why_not,$(1),$(2)),not run,$(if $(call found_in,$($(2).checkpoint),*.sha256),unchecked,run))

$(if $(filter-out all,$(REQUIRE)),$(error REQUIRE='$(REQUIRE)' is unknown (expected all)))
# Goals that are the paper, or what it says.
OF_PAPER := paper html html-paper check-html check-html-paper $(if $(filter pocket,$(value ARXIV)),,arxiv) \
	build/paper/paper.pdf build/paper/html/index.html build/paper/paper/numbers.tex
ifneq ($(filter $(OF_PAPER),$(or $(MAKECMDGOALS),$(.DEFAULT_GOAL))),)
$(if $(and $(REQUIRE),$(NOT_RUN)),$(error REQUIRE=all:$(foreach name,$(NOT_RUN), $(name) lacks the $(call lacks,$(name));)))
# The text stands on the first experiment.
FIRST := $(patsubst sentiment=%,%,$(filter sentiment=%,$(paper.roles)))
$(if $(filter $(FIRST),$(NOT_RUN)),$(error $(FIRST) lacks the $(call lacks,$(FIRST)); `make setup` gets it))
endif

.PHONY: paper pocket
paper: build/paper/paper.pdf ## the paper: every number, table and figure from its sources (REQUIRE=all: of all experiments)
pocket: build/pocket/paper.pdf ## the same paper about the tiny model, in a minute and without downloads

# What awk programs over the experiments' tables begin with.
TSV := $(patsubst %,paper/%.awk,columns tsv tex)

# ---- figures of an experiment ----

# What they share.
STYLE := $(patsubst %,figures/%.gp,style ends scale)

# Cairo stamps the clock into what it draws: the stamp is made a constant.
define draw
@mkdir -p $(@D)
aside=$(@:.tex=).$$$$; gnuplot -c $< $(filter %.tsv,$^) $$aside.tex; \
sed -i 's/CreationDate (D:[0-9]*/CreationDate (D:19700101000000/' $$aside.pdf; sed -i "s,$$aside,$(@:.tex=)," $$aside.tex; \
mv $$aside.pdf $(@:.tex=.pdf); mv $$aside.tex $@
endef

define drawn_figure
$(call in_build,figures/$(1).tex): build/%/figures/$(1).tex: figures/$(1).gp $(STYLE) $($(1).tables:%=build/\%/%)
	$$(draw)
endef
$(foreach figure,$(FIGURES),$(eval $(call drawn_figure,$(figure))))

# These files, if all are there.
all_adopted = $(if $(filter-out $(wildcard $(1)),$(1)),,$(1))

# The specifications with further criteria and Shapley values, where they are adopted.
specifications = $(or $(wildcard results/$(1)/multiverse-criteria.tsv),build/$(1)/multiverse.tsv)

$(call in_build,figures/multiverse.tsv): build/%/figures/multiverse.tsv: $(TSV) paper/specifications.awk \
		figures/multiverse.awk data/published.tsv build/%/repeats $$(call specifications,$$*)
	$(tabulate)

$(call in_build,figures/multiverse.tex): build/%/figures/multiverse.tex: figures/multiverse.gp $(STYLE) \
		build/%/figures/multiverse.tsv
	$(draw)

# ---- tables of an experiment ----

# What many random rankings keep, where it is adopted.
chance_table = $(wildcard results/$(1)/chance.tsv)

# The awk programs among the prerequisites, over the tables among them; $(1): what they are told besides.
by_awk = awk $(1) $(addprefix -f ,$(filter %.awk,$^)) $(filter %.tsv %/numbers.tex,$^)
write_by_awk = $(call by_awk,$(1)) > $(aside); mv $(aside) $@

# The published experiment whose values stand beside this one's.
$(call in_build,repeats): build/%/repeats: FORCE
	$(call rewrite,echo '$($*.repeats)')

define tabulate
@mkdir -p $(@D)
$(call write_by_awk,-v repeats='$($*.repeats)')
endef

$(call in_build,tables/methods.tex): build/%/tables/methods.tex: $(TSV) paper/tables/methods.awk \
		data/published.tsv build/%/repeats build/%/methods.tsv build/%/kept.tsv
	$(tabulate)

$(call in_build,tables/retention.tex): build/%/tables/retention.tex: $(TSV) paper/tables/retention.awk \
		data/published.tsv build/%/repeats build/%/methods.tsv build/%/retention.tsv \
		$$(wildcard results/$$*/criteria-kept.tsv) $$(call chance_table,$$*)
	$(tabulate)

$(call in_build,tables/gradient.tex): build/%/tables/gradient.tex: $(TSV) paper/tables/gradient.awk \
		data/published.tsv build/%/repeats build/%/methods.tsv build/%/facts.tsv
	$(tabulate)

$(call in_build,tables/readings.tex): build/%/tables/readings.tex: $(TSV) paper/tables/readings.awk \
		build/%/readings.tsv
	$(tabulate)

$(call in_build,tables/harmful.tex): build/%/tables/harmful.tex: $(TSV) paper/tables/harmful.awk \
		build/%/classes.tsv build/%/harmful.tsv
	$(tabulate)

define specification_table
$(call in_build,tables/$(1).tex): build/%/tables/$(1).tex: $(TSV) paper/specifications.awk paper/tables/$(1).awk \
		data/published.tsv build/%/repeats $$$$(call specifications,$$$$*)
	$$(tabulate)
endef
$(foreach table,multiverse choices why,$(eval $(call specification_table,$(table))))

# ---- what is a document's own: roles, verdicts, numbers, tables over all its experiments ----

# Editing a role, or a commit, rebuilds what depends on them.
build/revision.tsv: FORCE
	$(call rewrite,env/revision.sh)

$(DOCUMENTS:%=%/roles.tsv): %/roles.tsv: FORCE
	$(call rewrite,printf '%s\t%s\t%s\t%s\t%s\n' role experiment repeats state why_not $(call role_rows,$*))

role_rows = $(foreach role,$(call roles_of,$(1)),$(call role_row,$(1),$(word 1,$(subst =, ,$(role))),$(word 2,$(subst =, ,$(role)))))
role_row = '$(2)' '$(3)' '$($(3).repeats)' '$(call state,$(1),$(3))' '$(call why_not,$(1),$(3))'
tables_of = $(foreach name,$(call experiments_of,$(1)),$(numbers.tables:%=build/$(name)/%))
records_of = $(foreach name,$(call experiments_of,$(1)),$($(name).record))

# Whose tables the claims are judged by: the experiments that are run for the document, as NAME=1, and of the longer ones,
# in the paper, those that are adopted, NAME=SEED; and what many random rankings keep, where that is adopted.
JUDGED := methods differences classes retention kept facts multiverse
SEEDED := $(foreach name,$(EXPERIMENTS) $(LARGER),$(foreach seed,$($(name).seeds),$(name)=$(seed)))
judged_here = $(foreach name,$(call experiments_of,$(1)),$(if $($(name).repeats),$(name)=1))
judged_longer = $(if $(filter build/paper/%,$(1)),$(foreach model,$(LARGER:%=%=1) $(SEEDED),\
	$(if $(wildcard results/$(call folder_of_model,$(model))/methods.tsv),$(model))))
folder_of_model = $(patsubst %-s1,%,$(subst =,-s,$(1)))

judged_tables = $(foreach model,$(call judged_here,$(1)),$(JUDGED:%=build/$(call folder_of_model,$(model))/%.tsv)) \
	$(wildcard $(foreach model,$(call judged_longer,$(1)),$(JUDGED:%=results/$(call folder_of_model,$(model))/%.tsv))) \
	$(if $(filter build/paper/%,$(1)),$(wildcard $(foreach model,$(call judged_here,$(1)) $(call judged_longer,$(1)),\
		results/$(call folder_of_model,$(model))/chance.tsv)))
measured_rows = $(foreach model,$(call judged_here,$(1)) $(call judged_longer,$(1)),\
	$(call folder_of_model,$(model)) $(call measured_cells,$(word 1,$(subst =, ,$(model))),$(word 2,$(subst =, ,$(model)))))
measured_cells = $(1) $($(1).repeats) $(if $($(1).record),own $(2),checkpoint NA)

$(PAPERS:%=%/measured.tsv): %/measured.tsv: FORCE
	$(call rewrite,printf '%s\t%s\t%s\t%s\t%s\n' folder experiment repeats origin seed $(call measured_rows,$*))

$(PAPERS:%=%/verdicts.tsv): %/verdicts.tsv: $(BIN)/judge data/published.tsv %/measured.tsv $$(call judged_tables,$$*)
	$< $(and $(ADOPTED_RUNS),$(filter $(ADOPTED_RUNS),$^),--rule data/boundary/rule.tsv) \
		$(filter-out %/rule.tsv,$(filter %.tsv,$^)) -o $@

# The pocket run does without the controlled design.
build/paper/paper/verdicts.tsv: data/boundary/rule.tsv build/boundary/claims.tsv $$(ADOPTED_RUNS)

NUMBERS := $(TSV) $(patsubst %,paper/%.awk,verdicts specifications criteria numbers) $(wildcard paper/numbers/*.awk)
$(DOCUMENTS:%=%/numbers.tex): %/numbers.tex: $(NUMBERS) build/revision.tsv \
		%/roles.tsv data/published.tsv $$(call tables_of,$$*) $$(call records_of,$$*)
	$(call write_by_awk,)

# What to use: further criteria, of the experiments where all of their tables are adopted.
criteria_files = $(patsubst %,results/$(1)/%.tsv,criteria criteria-differences criteria-kept costs)
criteria_tables = $(call all_adopted,$(criteria_files))
practised_of = $(foreach name,$(call experiments_of,$(1)),$(if $(call criteria_tables,$(name)),$(name)))
practice_tables = $(foreach name,$(call practised_of,$(1)),build/$(name)/methods.tsv build/$(name)/facts.tsv \
	$(call criteria_tables,$(name)) $(call chance_table,$(name)))
PRACTISED := $(foreach document,$(PAPERS),$(if $(call practised_of,$(document)),$(document)))

$(foreach table,practice kept,$(PRACTISED:%=%/$(table).tex)): build/%.tex: $(TSV) paper/criteria.awk \
		paper/tables/$$(*F).awk build/$$(*D)/roles.tsv $$(call practice_tables,build/$$(*D))
	$(call write_by_awk,)

$(PRACTISED:%=%/quality.tsv): %/quality.tsv: $(TSV) paper/criteria.awk figures/quality.awk %/roles.tsv \
		$$(call practice_tables,$$*)
	$(call write_by_awk,)

$(PRACTISED:%=%/quality.tex): %/quality.tex: figures/quality.gp $(STYLE) %/quality.tsv
	$(draw)

$(PRACTISED:%=%.pdf): %.pdf: %/quality.tex %/practice.tex %/kept.tex

# Removal or OAN: of the paper's experiments and of their further seeds, as far as what these keep is adopted.
further_seeds = $(patsubst results/%/retention.safetensors,%,\
	$(wildcard $(foreach seed,$($(1).seeds),results/$(1)-s$(seed)/retention.safetensors)))
REMOVALS := $(foreach name,$(call experiments_of,build/paper/paper),$(name) $(call further_seeds,$(name)))

$(REMOVALS:%=build/%/removal.tsv): build/%/removal.tsv: $(BIN)/measure-retention \
		$$(if $$(filter $$*,$(EXPERIMENTS)),build,results)/%/retention.safetensors
	@mkdir -p $(@D)
	$< --beside oan kept $(lastword $^) -o $@

build/paper/paper/removal.tex: $(TSV) paper/criteria.awk paper/tables/removal.awk $(REMOVALS:%=build/%/removal.tsv)
	@mkdir -p $(@D)
	$(call write_by_awk,)
build/paper/paper/numbers.tex: $(REMOVALS:%=build/%/removal.tsv)
build/paper/paper.pdf: build/paper/paper/removal.tex

# Of every further seed, larger set and full training that is adopted: heads that do harm, rankings that keep more than all.
build/paper/paper/numbers.tex: $(foreach name,$(LONGER),$(call all_adopted,$(patsubst %,results/$(name)/%.tsv,facts retention)))

facts_of = $(foreach name,$(call experiments_of,$(1)),build/$(name)/facts.tsv)
multiverses_of = $(foreach name,$(call experiments_of,$(1)),$(call specifications,$(name)))
$(PAPERS:%=%/numbers.tex): %/numbers.tex: %/verdicts.tsv $$(call multiverses_of,$$*) \
		$$(foreach name,$$(call experiments_of,$$*),$$(call criteria_tables,$$(name)) $$(call chance_table,$$(name)))

OVERALL := experiments models classes across layers variants
$(foreach table,$(OVERALL),$(PAPERS:%=%/$(table).tex)) $(COMPARISON:%=%/across.tex): build/%.tex: $(TSV) \
		paper/tables/$$(*F).awk build/$$(*D)/roles.tsv data/published.tsv $$(call tables_of,build/$$(*D)) \
		$$(call records_of,build/$$(*D))
	$(call write_by_awk,)

# The measures of importance beside each other.
$(PAPERS:%=%/truths.tex): %/truths.tex: $(TSV) paper/specifications.awk paper/tables/truths.awk %/roles.tsv \
		$$(call multiverses_of,$$*) $$(call facts_of,$$*)
	$(call write_by_awk,)

# Of several models: whether their heads matter alike.
ifneq ($(COMPARISON),)
$(COMPARISON)/agreement.tsv: $(BIN)/compare-models $(foreach name,$(STUDIED),\
		$(foreach file,ablation scores gradients,build/$(name)/$(file).safetensors))
	@mkdir -p $(@D)
	$< $(STUDIED:%=build/%) -o $@

$(COMPARISON)/agreement.tex: $(TSV) paper/tables/agreement.awk $(COMPARISON)/roles.tsv $(COMPARISON)/agreement.tsv
	$(call write_by_awk,)

$(COMPARISON)/pairs.tsv: paper/columns.awk figures/agreement.awk $(COMPARISON)/agreement.tsv
	$(call write_by_awk,)

$(COMPARISON)/models.tsv: paper/columns.awk figures/models.awk $(STUDIED:%=build/%/heads.tsv)
	$(call write_by_awk,)

$(COMPARISON)/pairs.tex: figures/agreement.gp $(STYLE) $(COMPARISON)/pairs.tsv
	$(draw)

$(COMPARISON)/models.tex: figures/models.gp $(STYLE) $(COMPARISON)/models.tsv
	$(draw)

$(COMPARISON)/numbers.tex: $(COMPARISON)/agreement.tsv
$(COMPARISON).pdf: $(patsubst %,$(COMPARISON)/%.tex,agreement across pairs models)
endif

# From rising numbers of sentences: of the document's experiments, and in the paper of the larger sets that are adopted.
sizes_of = $(foreach name,$(call experiments_of,$(1)),build/$(name)/sizes.tsv) \
	$(if $(filter build/paper/%,$(1)),$(wildcard $(LARGER:%=results/%/sizes.tsv)))
$(PAPERS:%=%/sizes.tex): %/sizes.tex: $(TSV) paper/tables/sizes.awk $$(call sizes_of,$$*)
	$(call write_by_awk,)

# Over the seeds of fine-tuning: the document's experiments with those seeds that are adopted, and adopted larger sets.
adopted_seeds = $(wildcard $(foreach seed,$($(1).seeds),results/$(1)-s$(seed)/methods.tsv))
POOLED := $(foreach name,$(filter $(RUNNABLE),$(EXPERIMENTS)),$(if $(call adopted_seeds,$(name)),$(name)))
POOLED_LARGER := $(foreach name,$(LARGER),$(if $(and $(wildcard results/$(name)/methods.tsv),$(call adopted_seeds,$(name))),$(name)))

$(POOLED:%=build/%/seeds.tsv): build/%/seeds.tsv: $(BIN)/pool-seeds build/%/methods.tsv $$(call adopted_seeds,$$*)
	$< $(filter %.tsv,$^) -o $@

$(POOLED_LARGER:%=build/%/seeds.tsv): build/%/seeds.tsv: $(BIN)/pool-seeds results/%/methods.tsv $$(call adopted_seeds,$$*)
	@mkdir -p $(@D)
	$< $(filter %.tsv,$^) -o $@

build/paper/paper/seeds.tex: $(TSV) paper/tables/seeds.awk $(patsubst %,build/%/seeds.tsv,$(POOLED) $(POOLED_LARGER))
	$(call write_by_awk,)
build/paper/paper/numbers.tex: $(patsubst %,build/%/seeds.tsv,$(POOLED) $(POOLED_LARGER))
build/paper/paper.pdf: build/paper/paper/seeds.tex

# Low-rank adapters beside training in all weights, of which the paper takes what is adopted.
lora_tables = $(foreach name,$(filter $(FULL:%-full=%),$(call experiments_of,$(1))),build/$(name)/methods.tsv build/$(name)/facts.tsv \
	$($(name).record))
full_tables = $(if $(filter build/paper/%,$(1)),$(wildcard $(foreach name,$(FULL),results/$(name)/methods.tsv results/$(name)/record.tsv)))
$(PAPERS:%=%/full.tex): %/full.tex: $(TSV) paper/tables/full.awk $$(call lora_tables,$$*) $$(call full_tables,$$*)
	$(call write_by_awk,-v names='$(FULL:%-full=%)')

# All that takes from results/ what is there: a table that is taken out again is noticed, too.
FROM_ADOPTED := $(call in_build,figures/multiverse.tsv) \
	$(foreach table,retention multiverse choices why,$(call in_build,tables/$(table).tex)) \
	$(foreach file,verdicts.tsv numbers.tex practice.tex kept.tex quality.tsv truths.tex sizes.tex full.tex,$(PAPERS:%=%/$(file))) \
	$(patsubst %,build/paper/paper/%.tex,removal seeds) $(patsubst %,build/%/seeds.tsv,$(POOLED) $(POOLED_LARGER))
$(FROM_ADOPTED): build/adopted
build/adopted: FORCE
	$(call rewrite,printf '%s\n' results/*/*.*)

# The published experiments, and NA: what is about several, or about the controlled runs.
CLAIMED := $(sort $(foreach name,$(EXPERIMENTS),$($(name).repeats))) NA
$(foreach name,$(CLAIMED),$(PAPERS:%=%/claims-$(name).tex)): build/%.tex: $(TSV) paper/verdicts.awk \
		paper/tables/claims.awk data/published.tsv build/$$(*D)/verdicts.tsv
	$(call write_by_awk,-v repeats='$(*F:claims-%=%)')

# ---- the controlled design of experiment 5: what boundary.mk made of the runs that are adopted ----

BOUNDARY_TABLES := $(patsubst %,build/boundary/%.tsv,plan claims parts omitted runs)
CONVERGENCE := build/boundary/figures/convergence.tex
DESIGN := $(patsubst %,build/boundary/tables/%.tex,conditions decision parts temperatures) $(CONVERGENCE)

$(filter build/boundary/tables/%,$(DESIGN)): build/boundary/tables/%.tex: $(TSV) paper/tables/%.awk \
		data/boundary/rule.tsv $(BOUNDARY_TABLES) $$(ADOPTED_RUNS)
	@mkdir -p $(@D)
	$(call write_by_awk,)

build/boundary/convergence.tsv: paper/columns.awk figures/convergence.awk data/boundary/rule.tsv $$(ADOPTED_RUNS) \
		build/boundary/plan.tsv
	@mkdir -p $(@D)
	awk $(addprefix -f ,$(filter %.awk,$^)) data/boundary/rule.tsv $(ADOPTED_RUNS) > $(aside); mv $(aside) $@

$(CONVERGENCE): figures/convergence.gp $(STYLE) build/boundary/convergence.tsv
	$(draw)

# The pocket run does without.
build/paper/paper/numbers.tex: data/boundary/rule.tsv $(BOUNDARY_TABLES)
build/paper/paper.pdf: $(DESIGN)

# ---- what studies of other sizes cost, by what was measured (`make bench-costs`) ----

PREDICTED := $(if $(wildcard results/bench-costs.tsv),bert-base bert-large)
largest = $(shell env/cell.sh results/bench-largest.tsv $(1))

build/costs/%/config.json: bench/shapes/%.json
	@mkdir -p $(@D)
	cp $< $(aside); mv $(aside) $@

# The stages of a study: of a sentence each, and of all together.
OF_STUDY := forward,score,decompose-gradient,decompose-gradient --temperatures,ablate,prune
STATISTICS_OF_STUDY := correlate,measure-classes,measure-sizes,measure-multiverse

$(PREDICTED:%=build/costs/%.tsv): build/costs/%.tsv: $(BIN)/predict-cost results/bench-costs.tsv build/costs/%/config.json
	$< --stages '$(OF_STUDY),$(STATISTICS_OF_STUDY)' --sentences 80,10000,1000000 --cores 1,64,1024 \
		results/bench-costs.tsv build/costs/$* -o $@

ifneq ($(PREDICTED),)
build/costs/largest.tsv: $(BIN)/predict-cost results/bench-costs.tsv results/bench-largest.tsv \
		build/costs/$(call largest,shape)/config.json
	$< --stages '$(OF_STUDY)' --sentences $(call largest,sentences) --cores $(call largest,cores) --tokens $(call largest,tokens) \
		results/bench-costs.tsv build/costs/$(call largest,shape) -o $@

build/costs/tables/predicted.tex: paper/columns.awk paper/tex.awk paper/tables/costs.awk $(PREDICTED:%=build/costs/%.tsv)
	@mkdir -p $(@D)
	$(call write_by_awk,-v table=predicted -v statistics='$(STATISTICS_OF_STUDY)')

build/costs/tables/largest.tex: paper/columns.awk paper/tex.awk paper/tables/costs.awk \
		results/bench-largest.tsv build/costs/largest.tsv
	@mkdir -p $(@D)
	$(call write_by_awk,-v table=largest)

build/paper/paper/numbers.tex: results/bench-largest.tsv
build/paper/paper.pdf: build/costs/tables/predicted.tex build/costs/tables/largest.tex
endif

# ---- excerpts of the programs ----

EXCERPTS := $(patsubst %,build/excerpts/%.tex,ablate-head oan taylor)

$(EXCERPTS): build/excerpts/%.tex: paper/excerpt.sh $(wildcard src/*.c src/lib/*.c)
	@mkdir -p $(@D)
	$< $* > $(aside); mv $(aside) $@

# ---- the documents ----

SHOWN.comparison :=
SHOWN.report := $(FIGURES:%=figures/%) tables/methods
SHOWN.paper := $(SHOWN.report) tables/retention tables/gradient tables/readings \
	tables/harmful figures/multiverse tables/multiverse tables/choices tables/why
shown_of = $(foreach name,$(call experiments_of,$(1)),$(patsubst %,build/$(name)/%.tex,$(SHOWN.$(notdir $(1)))))

$(PAPERS:%=%.pdf): %.pdf: $(OVERALL:%=$$*/%.tex) $$*/full.tex $$*/sizes.tex $$*/truths.tex $(CLAIMED:%=$$*/claims-%.tex) $(EXCERPTS)

$(DOCUMENTS:%=%.pdf): %.pdf: paper/typeset.sh paper/$$(*F).tex paper/preamble.tex paper/names.tex \
		$(wildcard paper/sections/*.tex) paper/references.bib %/numbers.tex $$(call shown_of,$$*)
	$< paper/$(*F).tex $* $@

# ---- where it all comes from ----

include paper/provenance.mk

# ---- the documents as web pages ----

include paper/html/html.mk
