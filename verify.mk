# verify.mk: is what is committed what it is said to be?
#
#   make manifest          writes the sums of data/ and results/ anew, after a change by hand that is meant
#   make verify-manifest   says which file has another sum, has none, or is gone

# Adopting a folder writes its sums.
write_sums = env/manifest.sh write $(1)

.PHONY: manifest verify-manifest
manifest: ## SHA256SUMS in every folder of data/ and results/, anew
	env/manifest.sh write

verify-manifest: ## do data/ and results/ agree with their SHA256SUMS?
	@env/manifest.sh check
