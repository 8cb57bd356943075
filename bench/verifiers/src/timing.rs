//! Microseconds for one verification.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use auth_core::Algorithm;
use auth_core::test_util::{SigningKey, TokenBuilder};
use serde_json::json;

use crate::candidates::{Candidate, Keys, NAMES};
use crate::{AUDIENCE, ISSUER};

const SECRET: &str = "7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs";

/// Rounds of each candidate. Candidates alternate, so that a change of the machine's speed affects all of them; the fastest round
/// counts.
const ROUNDS: usize = 15;

pub(crate) async fn print_table() -> Result<(), Box<dyn Error>> {
    println!("| µs per verification | {} |", NAMES.join(" | "));
    println!("|---|{}", "---|".repeat(NAMES.len()));
    let token = TokenBuilder::for_user("S9m6BntEhKVqt4jCoDuz3YSUmbPJckSy")
        .claim("iss", ISSUER)
        .claim("aud", AUDIENCE)
        .claim("email", "ada@example.com");
    print_row("HS256", &Keys::Secret(SECRET), &token.clone().secret(SECRET).sign(), 20_000).await?;
    for (name, algorithm, verifications) in [
        ("EdDSA", Algorithm::EdDsa, 2_000),
        ("ES256", Algorithm::Es256, 2_000),
        ("RS256", Algorithm::Rs256, 2_000),
        ("PS256", Algorithm::Ps256, 2_000),
    ] {
        let key = SigningKey::generate(algorithm, "key-1");
        let document = json!({ "keys": [key.jwk()] }).to_string();
        print_row(name, &Keys::Set(&document), &token.clone().key(&key).sign(), verifications).await?;
    }
    Ok(())
}

async fn print_row(name: &str, keys: &Keys<'_>, token: &str, verifications: u32) -> Result<(), Box<dyn Error>> {
    let mut headers = http::HeaderMap::new();
    headers.insert(http::header::AUTHORIZATION, format!("Bearer {token}").parse()?);
    let mut candidates = Vec::new();
    for candidate in NAMES {
        let candidate = match Candidate::new(candidate, keys).await {
            Some(Ok(candidate)) if candidate.accepts(token, &headers).await => Some(candidate),
            Some(Ok(_)) => {
                eprintln!("{name}: {candidate} rejects the token");
                None
            }
            Some(Err(error)) => {
                eprintln!("{name}: {candidate} rejects the keys: {error}");
                None
            }
            None => None,
        };
        candidates.push((candidate, f64::INFINITY));
    }
    for _ in 0..ROUNDS {
        for (candidate, fastest) in &mut candidates {
            let Some(candidate) = candidate else { continue };
            let start = Instant::now();
            for _ in 0..verifications {
                black_box(candidate.accepts(black_box(token), &headers).await);
            }
            *fastest = fastest.min(start.elapsed().as_secs_f64() * 1e6 / f64::from(verifications));
        }
    }
    let cells = candidates.iter().map(|(candidate, fastest)| match candidate {
        Some(_) => format!("{fastest:.1}"),
        None => "–".to_owned(),
    });
    println!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
    Ok(())
}
