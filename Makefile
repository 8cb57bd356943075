# The two commands of the README are `make run` and `make test`.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run dev test check fmt bench

# One version for everybody; built once into target/tools.
DENY_VERSION := 0.20.2
DENY := target/tools/bin/cargo-deny

help: ## What there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## Build the whole product and serve it here, on embedded databases
	@scripts/run

dev: ## The same with hot reload on both sides
	@scripts/dev

test: ## All tests, on SQLite, on a PostgreSQL of their own and in Chromium
	@scripts/test

check: $(DENY) ## Formatting, lints, walls, licences, documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
	$(DENY) --locked check bans licenses sources
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps --locked
	cargo check --manifest-path crates/auth-core/fuzz/Cargo.toml --no-default-features --locked --target-dir target
	scripts/web-check

fmt: ## Format the code
	cargo fmt --all
	scripts/web-packages
	npm --prefix frontend run --silent format

bench: ## Benchmarks beside the baselines (BENCH_SERVERS, BENCH_SCENARIOS, BENCH_WORKERS, BENCH_ROUNDS, BENCH_SECONDS), then token verification
	node bench/run.mjs
	cargo bench --package auth-core --bench verify --locked

$(DENY):
	cargo install cargo-deny --version $(DENY_VERSION) --locked --root target/tools
