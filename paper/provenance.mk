# provenance.mk: where a document's figures, tables and numbers come from, as make itself knows it.
#
#   build/FOLDER/rules.tsv, …/provenance.tsv   what depends on what; script and programs of each figure and table
#   build/inputs.tsv, build/versions.tsv       everything that is read; the programs, libraries and tools

# The address at which files of a commit can be read, REPOSITORY/blob/COMMIT/FILE; without it, links lead to the appendix.
REPOSITORY ?= $(shell sed -n 's/^repository-code: *"\{0,1\}\([^"]*\)"\{0,1\}$$/\1/p' CITATION.cff)

# A make that only tells its rules. It is not called by its own name here: make would run it even when asked to run nothing.
tell_rules = env/rules.sh '$(MAKE)'

$(DOCUMENTS:%=%/rules.tsv): %/rules.tsv: FORCE
	@mkdir -p $(@D)
	@$(tell_rules) '^build/bin/|/rules.tsv$$' $*.pdf > $(aside); $(keep_if_new)

$(DOCUMENTS:%=%/provenance.tsv): %/provenance.tsv: paper/provenance.awk %/rules.tsv
	@awk -v folder='$*' -f $^ > $(aside); mv $(aside) $@

build/inputs.tsv: env/inputs.sh data/inputs.lock data/licences.tsv FORCE
	$(call rewrite,$(wordlist 1,3,$^))

build/versions.tsv: env/versions.sh $(PROGRAMS:%=$(BIN)/%) FORCE
	$(call rewrite,$< '$(CC)' '$(PACKAGES)' $(filter $(BIN)/%,$^))

build/repository: FORCE
	$(call rewrite,echo '$(REPOSITORY)')

$(DOCUMENTS:%=%/provenance.tex): %/provenance.tex: paper/columns.awk paper/tex.awk paper/appendix.awk \
		build/revision.tsv %/provenance.tsv build/inputs.tsv build/versions.tsv results/bench.tsv \
		build/repository
	@$(call by_awk,-v repository='$(REPOSITORY)') > $(aside); $(keep_if_new)

$(DOCUMENTS:%=%.pdf): %.pdf: %/provenance.tex
