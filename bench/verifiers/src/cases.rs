//! Which tokens of the conformance suite each candidate accepts wrongly, or rejects wrongly.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::candidates::{Candidate, Keys, NAMES};

#[derive(Deserialize)]
struct Case {
    name: String,
    config: String,
    token: Option<String>,
    /// The value of `Authorization`.
    transport: Option<String>,
    expect: String,
    expected_status: Option<u16>,
}

impl Case {
    /// The token, if the case is about the token and not about the request: the answer is 200 or 401 to one bearer token.
    fn bearer_token(&self) -> Option<&str> {
        let token = self.token.as_deref()?;
        let is_plain = self.transport.as_deref() == Some(&format!("Bearer {token}"));
        let is_token_error = self.expect == "accept" || self.expected_status == Some(401);
        (is_plain && is_token_error && self.expect != "either").then_some(token)
    }
}

/// The result of one candidate.
#[derive(Default)]
struct Results {
    hostile: usize,
    wrongly_accepted: BTreeMap<String, Vec<String>>,
    valid: usize,
    wrongly_rejected: BTreeMap<String, Vec<String>>,
    unsupported: Vec<String>,
}

pub(crate) async fn print_table(directory: &Path) -> Result<(), Box<dyn Error>> {
    let cases: Vec<Case> = serde_json::from_str(&fs::read_to_string(directory.join("tokens.json"))?)?;
    let secret = fs::read_to_string(directory.join("secret"))?;
    let mut by_config: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in &cases {
        by_config.entry(&case.config).or_default().push(case);
    }
    println!("\n| | hostile tokens | accepted wrongly | valid tokens | rejected wrongly | not supported |");
    println!("|---|---|---|---|---|---|");
    let mut details = String::new();
    for name in NAMES {
        let results = run(name, &by_config, directory, secret.trim()).await?;
        let count = |names: &BTreeMap<String, Vec<String>>| names.values().map(Vec::len).sum::<usize>();
        println!(
            "| {name} | {} | {} | {} | {} | {} |",
            results.hostile,
            count(&results.wrongly_accepted),
            results.valid,
            count(&results.wrongly_rejected),
            results.unsupported.join(", "),
        );
        for (kind, list) in [("accepts", &results.wrongly_accepted), ("rejects", &results.wrongly_rejected)] {
            for (case, configs) in list {
                details += &format!("{name} {kind} {case} ({})\n", configs.join(", "));
            }
        }
    }
    println!("\n{details}");
    Ok(())
}

async fn run(
    name: &str,
    by_config: &BTreeMap<&str, Vec<&Case>>,
    directory: &Path,
    secret: &str,
) -> Result<Results, Box<dyn Error>> {
    let mut results = Results::default();
    for (config, cases) in by_config {
        let document = fs::read_to_string(directory.join(format!("{config}.json"))).unwrap_or_default();
        let keys = if *config == "hs256" { Keys::Secret(secret) } else { Keys::Set(&document) };
        let candidate = match Candidate::new(name, &keys).await {
            Some(Ok(candidate)) => candidate,
            Some(Err(error)) => {
                results.unsupported.push(format!("{config} ({error})"));
                continue;
            }
            None => {
                results.unsupported.push((*config).to_owned());
                continue;
            }
        };
        for case in cases {
            let Some(token) = case.bearer_token() else { continue };
            let Ok(value) = format!("Bearer {token}").parse() else { continue };
            let headers = http::HeaderMap::from_iter([(http::header::AUTHORIZATION, value)]);
            let is_accepted = candidate.accepts(token, &headers).await;
            let is_valid = case.expect == "accept";
            *(if is_valid { &mut results.valid } else { &mut results.hostile }) += 1;
            if is_accepted != is_valid {
                let list = if is_valid { &mut results.wrongly_rejected } else { &mut results.wrongly_accepted };
                list.entry(case.name.clone()).or_default().push((*config).to_owned());
            }
        }
    }
    Ok(results)
}
