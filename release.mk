# release.mk: what leaves the repository: an archive of the sources, and one of LaTeX alone.

# The same bytes from the same commit: no owner, no clock, no order of a folder.
revision_of = $(shell env/revision.sh | sed -n 's/^$(1)\t//p')
RELEASE = attention-heads-$(call revision_of,revision)

.PHONY: dist
dist: ## an archive of the sources, which builds the paper without git and, with the inputs beside it, without network
	@mkdir -p build/dist
	@env/revision.sh | grep -q '^sources	committed' || echo 'dist: what is not committed is left out' >&2
	git archive --format=tar --prefix=attention-heads/ HEAD | gzip -n9 > build/dist/.$@.$$$$ && \
		mv build/dist/.$@.$$$$ build/dist/$(RELEASE).tar.gz
	@echo build/dist/$(RELEASE).tar.gz

# What LaTeX read of ours, as it says itself, with the bibliography that BibTeX made.
ARXIV ?= paper
.PHONY: arxiv
arxiv: build/$(ARXIV)/paper.pdf ## an archive that LaTeX alone builds, with all figures and tables (ARXIV=pocket: of the pocket paper)
	@mkdir -p build/dist
	env/arxiv.sh build/$(ARXIV)/paper build/dist/$(RELEASE)-$(ARXIV)-latex.tar.gz
	@echo build/dist/$(RELEASE)-$(ARXIV)-latex.tar.gz

.PHONY: check-release
check-release: ## `make pocket` of the last commit in two folders, from a clone and from an archive: the same bytes?
	tests/release.sh build/release
