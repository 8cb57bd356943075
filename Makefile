# The two commands of the README are `make run` and `make test`.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run test check fmt

# One version for everybody; built once into target/tools.
DENY_VERSION := 0.20.2
DENY := target/tools/bin/cargo-deny

help: ## What there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## Build the service and serve it here, on an embedded database
	@scripts/run

test: ## All tests, on SQLite and on a PostgreSQL of their own
	@scripts/test

check: $(DENY) ## Formatting, lints, walls, licences, documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
	$(DENY) --locked check bans licenses sources
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps --locked

fmt: ## Format the code
	cargo fmt --all

$(DENY):
	cargo install cargo-deny --version $(DENY_VERSION) --locked --root target/tools
