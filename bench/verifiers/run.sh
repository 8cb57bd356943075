#!/usr/bin/env bash
# Prints microseconds per verification of auth-core and four other crates. With CONFORMANCE naming the conformance suite (default
# ../shared/conformance, if it is there), also which of its tokens each of them accepts or rejects wrongly.
set -euo pipefail
cd "$(dirname "$0")/../.."

conformance=${CONFORMANCE:-../shared/conformance}
arguments=()
if [ -f "$conformance/make_tokens.py" ]; then
    cases=$(mktemp -d)
    trap 'rm -rf "$cases"' EXIT
    BETTER_AUTH_SECRET=$(openssl rand -base64 32)
    export BETTER_AUTH_SECRET
    printf '%s' "$BETTER_AUTH_SECRET" >"$cases/secret"
fi
cargo build --release --locked --manifest-path bench/verifiers/Cargo.toml --target-dir target/bench-verifiers
if [ -n "${cases:-}" ]; then
    # The tokens live 15 minutes.
    python3 "$conformance/make_tokens.py" --set visible --config all --contract 2 --iss https://app.example \
        --aud https://api.example --write-jwks "$cases" >"$cases/tokens.json"
    arguments=("$cases")
fi
target/bench-verifiers/release/verifiers "${arguments[@]}"
