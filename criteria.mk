# criteria.mk: criteria that practitioners use or papers propose, beyond those of the series, and what each costs; the
# strong baseline, greedy removal; and a second truth, joint removal. Longer than everything else of an experiment:
#
#   make criteria-NAME    build/NAME/ gates, attributions, dropped, integrated, ablation-zero, greedy, greedy-cross and
#                         shapley.safetensors, and costs.tsv
#   make adopt-criteria-NAME    copies them into results/NAME/

CRITERIA := gates attributions dropped integrated ablation-zero greedy greedy-cross shapley

# model + tokens -> a criterion: $(1) the file, $(2) the program, $(3) its options
define criterion
$(call in_build,$(1).safetensors): build/%/$(1).safetensors: $(BIN)/$(2) build/%/model/model.safetensors \
		build/%/tokens.safetensors
	$$< $(if $(3),$(3) )build/$$*/model build/$$*/tokens.safetensors -o $$@
endef

$(eval $(call criterion,gates,score-gates,))
$(eval $(call criterion,attributions,attribute,))
$(eval $(call criterion,dropped,attribute,--drop))
$(eval $(call criterion,integrated,integrate-gates,))
$(eval $(call criterion,ablation-zero,ablate,--removals zero))
$(eval $(call criterion,greedy,prune-greedily,))
$(eval $(call criterion,greedy-cross,prune-greedily,--cross))
$(eval $(call criterion,shapley,sample-shapley,))

# all of them, and the methods of the series -> what each costs in forward passes
costed = $(foreach file,scores gradients $(CRITERIA),build/$(1)/$(file).safetensors)
$(call in_build,costs.tsv): build/%/costs.tsv: $(BIN)/count-costs build/%/forward.safetensors $$(call costed,$$*)
	$< build/$*/forward.safetensors $(call costed,$*) -o $@

.PHONY: $(STUDIES:%=criteria-%)
$(STUDIES:%=criteria-%): criteria-%: build/%/costs.tsv

.PHONY: $(STUDIES:%=adopt-criteria-%)
$(STUDIES:%=adopt-criteria-%): adopt-criteria-%: criteria-%
	@mkdir -p results/$*
	cd build/$* && cp $(CRITERIA:%=%.safetensors) costs.tsv $(CURDIR)/results/$*/
