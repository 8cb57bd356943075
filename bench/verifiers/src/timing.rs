//! Microseconds for one verification, and the ratio to jsonwebtoken's `decode`.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use auth_core::Algorithm;
use auth_core::test_util::{SigningKey, TokenBuilder};
use serde_json::json;

use crate::candidates::{BearerToken, Candidate, Crate, Keys};
use crate::{AUDIENCE, ISSUER};

const SECRET: &str = "7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs";

/// Turns of each crate. The crates alternate, so that a change of the machine's speed affects all of them.
const ROUNDS: usize = 21;

pub(crate) async fn print_table() -> Result<(), Box<dyn Error>> {
    let names = Crate::ALL.map(Crate::name);
    println!("| µs, and ratio to jsonwebtoken | {} |", names.join(" | "));
    println!("|---|{}", "--:|".repeat(names.len()));
    let token = TokenBuilder::for_user("S9m6BntEhKVqt4jCoDuz3YSUmbPJckSy")
        .claim("iss", ISSUER)
        .claim("aud", AUDIENCE)
        .claim("email", "ada@example.com")
        .claim("role", "admin");
    print_row("HS256", &Keys::Secret(SECRET), &token.clone().secret(SECRET).sign(), 10_000).await?;
    for (name, algorithm) in [
        ("EdDSA", Algorithm::EdDsa),
        ("ES256", Algorithm::Es256),
        ("RS256", Algorithm::Rs256),
        ("PS256", Algorithm::Ps256),
    ] {
        let key = SigningKey::generate(algorithm, "key-1");
        let document = json!({ "keys": [key.jwk()] }).to_string();
        print_row(name, &Keys::Set(&document), &token.clone().key(&key).sign(), 500).await?;
    }
    Ok(())
}

async fn print_row(name: &str, keys: &Keys<'_>, token: &str, verifications: u32) -> Result<(), Box<dyn Error>> {
    let token = BearerToken::new(token).ok_or("the token does not fit into a header")?;
    let mut candidates = Vec::new();
    for each in Crate::ALL {
        let Some(candidate) = Candidate::new(each, keys).await? else { continue };
        if !candidate.accepts(&token).await {
            return Err(format!("{} rejects the token with {name}", each.name()).into());
        }
        candidates.push((each, candidate, Vec::new()));
    }
    for _ in 0..ROUNDS {
        for (_, candidate, times) in &mut candidates {
            let start = Instant::now();
            for _ in 0..verifications {
                black_box(candidate.accepts(black_box(&token)).await);
            }
            times.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(verifications));
        }
    }
    let times_of = |wanted| candidates.iter().find(|(each, ..)| *each == wanted).map(|(.., times)| times);
    let reference = times_of(Crate::JsonWebToken).ok_or("jsonwebtoken is the reference")?;
    print!("| {name} |");
    for each in Crate::ALL {
        match times_of(each) {
            Some(times) => {
                let ratios = times.iter().zip(reference).map(|(time, reference)| time / reference);
                print!(" {:.2} ({:.2}) |", median(times.iter().copied()), median(ratios));
            }
            None => print!(" – |"),
        }
    }
    println!();
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
