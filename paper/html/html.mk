# html.mk: a document as a web page, build/FOLDER/html/: the same LaTeX sources, by TeX4ht.
#
#   page.cfg     what LaTeX's commands become; page.lua, which puts TeX4ht's output in order; page.css, how it looks
#   figure.sh    a drawing as SVG, light or dark as the reader has it
#   tests/html   what must hold of a page, in a browser
#
# The tools are those of env/packages-developers.txt.

PAGES := $(foreach document,$(DOCUMENTS),$(dir $(document))html/index.html)
document_in = $(filter build/$(1)/%,$(DOCUMENTS))
drawings_of = $(patsubst %.tex,%.svg,\
	$(foreach file,$(call shown_of,$(1)),$(if $(findstring /figures/,$(file)),$(file))) \
	$(if $(filter build/paper/%,$(1)),$(CONVERGENCE)) $(patsubst %,%/quality.tex,$(filter $(1),$(PRACTISED))) \
	$(if $(filter %/comparison,$(1)),$(1)/pairs.tex $(1)/models.tex))

.PHONY: html $(PAGES:build/%/html/index.html=html-%)
html: html-paper ## the paper as a web page, build/paper/html/index.html (html-pocket: about the tiny model)
$(PAGES:build/%/html/index.html=html-%): html-%: build/%/html/index.html

$(sort $(foreach document,$(DOCUMENTS),$(call drawings_of,$(document)))): %.svg: paper/html/figure.sh %.tex \
		paper/html/figure.tex paper/html/figure.sed paper/preamble.tex paper/names.tex
	$< $*.tex $@

# The PDF comes first: it brings all that the page is made of, and its bibliography.
$(PAGES): build/%/html/index.html: paper/html/typeset.sh $$(call document_in,$$*).pdf \
		$$(call drawings_of,$$(call document_in,$$*)) $(addprefix paper/html/page.,cfg lua css)
	$< paper/$(notdir $(call document_in,$*)).tex $(call document_in,$*) $@

.PHONY: check-html $(PAGES:build/%/html/index.html=check-html-%)
check-html: check-html-paper ## the web page in a headless browser: phone and desk, light and dark (check-html-pocket)
	@prove tests/html/checks.t
$(PAGES:build/%/html/index.html=check-html-%): check-html-%: build/%/html/index.html
	@tests/html/check.sh $< $(call document_in,$*)
