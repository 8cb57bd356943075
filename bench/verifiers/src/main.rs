//! Compares auth-core with four other crates that verify access tokens: the same keys, tokens, issuer and audience.
//!
//! `verifiers CASES` reads the token cases of the conformance suite from `CASES` and prints which of them each crate accepts or
//! rejects wrongly. The times follow. Without the argument only times are measured.

mod candidates;
mod conformance;
mod eddsa;
mod report;
mod timing;

use std::error::Error;
use std::path::Path;

/// `iss` and `aud` of all tokens.
const ISSUER: &str = "https://app.example";
const AUDIENCE: &str = "https://api.example";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Before the times: one valid token lives for 5 seconds.
    match std::env::args().nth(1) {
        Some(directory) => report::print_conformance(Path::new(&directory)).await?,
        None => eprintln!("verifiers: no directory with token cases was given; only times are measured"),
    }
    timing::print_table().await
}
