SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run dev test check fmt bench

# The same version on every machine, installed into target/tools.
DENY_VERSION := 0.20.2
DENY := target/tools/bin/cargo-deny

help: ## List the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## Build the product and serve it on this machine, on embedded databases
	@scripts/run

dev: ## The same with hot reload of the web app and the backend
	@scripts/run --dev

test: ## All tests: Rust on SQLite and a temporary PostgreSQL, the web app in Chromium
	@scripts/test

check: $(DENY) ## Formatting, lints, crate boundaries, licences, documentation
	cargo fmt --all --check
	cargo fmt --manifest-path bench/verifiers/Cargo.toml --check
	cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
	$(DENY) --locked check bans licenses sources
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps --locked
	cargo check --manifest-path crates/auth-core/fuzz/Cargo.toml --no-default-features --locked --target-dir target
	scripts/public-api --no-build
	scripts/check-msrv
	scripts/check-docs
	scripts/web-check

fmt: ## Format the code
	cargo fmt --all
	cargo fmt --manifest-path bench/verifiers/Cargo.toml
	scripts/web-install
	npm --prefix frontend run --silent format

bench: ## Benchmarks beside the baselines (BENCH_SERVERS, BENCH_SCENARIOS, BENCH_WORKERS, BENCH_ROUNDS, BENCH_SECONDS), then token verification
	node bench/run.mjs
	cargo bench --package auth-core --bench verify --locked

$(DENY):
	cargo install cargo-deny --version $(DENY_VERSION) --locked --root target/tools
