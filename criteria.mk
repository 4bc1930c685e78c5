# criteria.mk: criteria that practitioners use or papers propose, beyond those of the series: how good and how costly they
# are; the strong baseline, greedy removal; and a second truth, joint removal. Longer than all else of an experiment.
#
#   make criteria-NAME          build/NAME/criteria.tsv, criteria-differences.tsv, criteria-kept.tsv, costs.tsv, greedy.tsv,
#                               greedy-cross.tsv, multiverse-criteria.tsv and the files behind them
#   make adopt-criteria-NAME    copies them into results/NAME/

# ---- model + tokens -> one file each (shards.mk); greedy removal chooses by all sentences together ----

# by gradients
$(call by_sentence,gates,score-gates)
$(call by_sentence,attributions,attribute)
$(call by_sentence,dropped,attribute,--drop)
$(call by_sentence,integrated,integrate-gates)

# by removal: one head alone, one after another, all together
$(call by_sentence,ablation-zero,ablate,--removals zero)
$(eval $(call whole_stage,greedy,prune-greedily,,,,))
$(eval $(call whole_stage,greedy-cross,prune-greedily,--cross,,,))
$(call by_sentence,shapley,sample-shapley)

# ---- how good they are: as for the methods of the series ----

RANKED := michel michel_token fisher fisher_expected taylor_second atp_zero atp_mean atp_resample atp_zero_abs \
	graddrop_zero graddrop_zero_abs ig shapley
ranked = $(subst $(space),$(comma),$(strip $(RANKED)))
scored = build/$(1)/ablation.safetensors $(SCORED:%=build/$(1)/%.safetensors)

$(call by_sentence,criteria-retention,prune,--draws 0 --rankings $(ranked),ablation $(SCORED))

$(call in_build,criteria.tsv): build/%/criteria.tsv: $(BIN)/correlate build/%/criteria-retention.safetensors \
		$$(call scored,$$*)
	$< --retention build/$*/criteria-retention.safetensors $(call scored,$*) -o $@

# how far the r of OAN lies above theirs, on the same resamples; the other statistics are in criteria.tsv
$(call in_build,criteria-differences.tsv): build/%/criteria-differences.tsv: $(BIN)/correlate build/%/scores.safetensors \
		build/%/gradients.safetensors $$(call scored,$$*)
	$< --differences $@ --permutations 1 $(call scored,$*) build/$*/scores.safetensors \
		build/$*/gradients.safetensors -o $(aside); rm $(aside)

# what they and the methods of the series keep, cross-fitted, beside what OAN keeps, at the budgets that greedy removal has
RETAINED := retention criteria-retention greedy-cross
$(call in_build,criteria-kept.tsv): build/%/criteria-kept.tsv: $(BIN)/measure-retention $(RETAINED:%=build/\%/%.safetensors)
	$< --beside oan kept $(RETAINED:%=build/$*/%.safetensors) -o $@

$(call in_build,greedy.tsv) $(call in_build,greedy-cross.tsv): build/%.tsv: $(BIN)/measure-retention build/%.safetensors
	$< retention build/$*.safetensors -o $@

# every variant of these, too, against every measure of importance, joint removal among them
$(call in_build,multiverse-criteria.tsv): build/%/multiverse-criteria.tsv: $(BIN)/measure-multiverse \
		build/%/ablation.safetensors build/%/scores.safetensors build/%/tempered.safetensors $$(call scored,$$*)
	$< --shapley build/$*/shapley.safetensors build/$*/ablation.safetensors build/$*/scores.safetensors \
		build/$*/tempered.safetensors $(patsubst %,build/$*/%.safetensors,$(filter-out shapley,$(SCORED))) -o $@

# ---- how costly: in forward passes, the methods of the series among them ----

costed = $(patsubst %,build/$(1)/%.safetensors,scores gradients $(filter-out shapley,$(SCORED)) \
	ablation-zero greedy greedy-cross shapley)
$(call in_build,costs.tsv): build/%/costs.tsv: $(BIN)/count-costs build/%/forward.safetensors $$(call costed,$$*)
	$< build/$*/forward.safetensors $(call costed,$*) -o $@

# ---- all of it ----

.PHONY: $(STUDIES:%=criteria-%)
$(STUDIES:%=criteria-%): criteria-%: $(CRITERIA:%=build/\%/%.tsv)
criteria-%: ## longer: further criteria, what each costs, greedy removal, Shapley values; adopt-criteria-%, into results/

.PHONY: $(EXPERIMENTS:%=adopt-criteria-%)
$(EXPERIMENTS:%=adopt-criteria-%): adopt-criteria-%: criteria-%
	$(call adopt,$(CRITERIA:%=build/$*/%.tsv) $(CRITERIA_BY_SENTENCE:%=build/$*/%.safetensors),results/$*)
