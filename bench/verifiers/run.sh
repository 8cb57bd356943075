#!/usr/bin/env bash
# Prints which tokens of the conformance suite auth-core and four other crates accept or reject wrongly, and the microseconds of a
# verification. CONFORMANCE names the suite (default ../shared/conformance); without it only times are measured.
set -euo pipefail
cd "$(dirname "$0")/../.."

conformance=${CONFORMANCE:-../shared/conformance}
target=${CARGO_TARGET_DIR:-target/bench-verifiers}
cargo build --release --locked --manifest-path bench/verifiers/Cargo.toml --target-dir "$target"
if [ ! -f "$conformance/make_tokens.py" ]; then
    echo "verifiers: no token cases, $conformance/make_tokens.py does not exist (set CONFORMANCE to the suite)" >&2
    exec "$target/release/verifiers"
fi
python=target/conformance/bin/python
if ! "$python" -c "import cryptography" 2>/dev/null; then
    python3 -m venv target/conformance
    "$python" -m pip install --quiet cryptography
fi
cases=$(mktemp -d)
trap 'rm -rf "$cases"' EXIT
BETTER_AUTH_SECRET=$(openssl rand -base64 32)
export BETTER_AUTH_SECRET
printf '%s' "$BETTER_AUTH_SECRET" >"$cases/secret"
# One token must be accepted for 5 seconds, so nothing stands between this and the next command.
"$python" "$conformance/make_tokens.py" --set visible --config all --contract 2 --iss https://app.example \
    --aud https://api.example --write-jwks "$cases" >"$cases/tokens.json"
"$target/release/verifiers" "$cases"
