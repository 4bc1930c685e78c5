# explain.mk: what make knows about what is made from what, told to people. (`make why` stands at the top of the Makefile.)

FILE :=
.PHONY: history
history: ## FILE=build/…: the chain of a file back to its inputs, each with its sum
	$(if $(FILE),,$(error usage: make history FILE=build/pocket/methods.tsv))
	@[ -e $(call quote,$(FILE)) ] || { echo $(call quote,history: $(FILE): is not there) >&2; exit 1; }
	@env/history.sh '$(MAKE)' $(call quote,$(FILE))

# The pipeline of one experiment, as the README shows it; graphviz draws.
GRAPHED ?= minilm-sst2
GRAPHED_TARGETS = run-$(GRAPHED) $(SHOWN.paper:%=build/$(GRAPHED)/%.tex)

build/pipeline.dot: env/rules.sh env/rules.awk env/graph.awk FORCE
	@mkdir -p $(@D)
	@$(tell_rules) '^build/bin/' $(GRAPHED_TARGETS) | awk -v name='$(GRAPHED)' -f env/graph.awk > $(aside); $(keep_if_new)

.PHONY: graph
graph: build/pipeline.dot ## the pipeline of an experiment as a drawing, paper/pipeline.svg and build/pipeline.pdf
	@command -v dot >/dev/null || { echo 'graph: graphviz is not installed' >&2; exit 1; }
	dot -Tpdf $< -o build/pipeline.pdf
	dot -Tsvg $< -o $<.svg && mv $<.svg paper/pipeline.svg
