//! Compares auth-core with four crates that verify access tokens: the same keys, tokens, issuer and audience.
//!
//! `verifiers CASES` reads `CASES/tokens.json` and `CASES/<configuration>.json`, the JWK Sets, as `make_tokens.py` of the
//! conformance suite writes them. The shared secret is in `CASES/secret`. Without the argument only times are measured.

mod candidates;
mod cases;
mod timing;

use std::error::Error;
use std::path::Path;

/// `iss` and `aud` of all tokens.
const ISSUER: &str = "https://app.example";
const AUDIENCE: &str = "https://api.example";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    timing::print_table().await?;
    if let Some(directory) = std::env::args().nth(1) {
        cases::print_table(Path::new(&directory)).await?;
    }
    Ok(())
}
