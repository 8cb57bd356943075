//! The token cases of the conformance suite, as its `make_tokens.py` writes them.

use std::error::Error;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::candidates::{BearerToken, Keys};
use crate::eddsa;

/// One element of `tokens.json`.
#[derive(Deserialize)]
struct Element {
    name: String,
    family: String,
    config: String,
    token: String,
    /// The value of `Authorization`, if the request has one such field.
    transport: Option<String>,
    expect: String,
    allowed_status: Vec<u16>,
    basis: String,
}

/// A token that must be accepted or must be rejected.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) family: String,
    pub(crate) token: BearerToken,
    pub(crate) is_valid: bool,
    /// An RFC or OWASP ASVS demands it. Otherwise it is a decision of the suite.
    pub(crate) is_standard: bool,
}

/// Cases with the same keys.
pub(crate) struct Configuration {
    pub(crate) name: String,
    keys: KeyDocument,
    pub(crate) cases: Vec<Case>,
}

enum KeyDocument {
    Secret(String),
    Set(String),
}

impl Configuration {
    pub(crate) fn keys(&self) -> Keys<'_> {
        match &self.keys {
            KeyDocument::Secret(secret) => Keys::Secret(secret),
            KeyDocument::Set(document) => Keys::Set(document),
        }
    }

    pub(crate) fn has_secret(&self) -> bool {
        matches!(self.keys, KeyDocument::Secret(_))
    }
}

/// Reads `tokens.json`, `secret` and the JWK Sets in `directory`. The first configuration has the shared secret; the second has its
/// tokens signed with `EdDSA` instead, because not all crates support shared secrets.
pub(crate) fn read(directory: &Path) -> Result<Vec<Configuration>, Box<dyn Error>> {
    let elements: Vec<Element> = serde_json::from_str(&fs::read_to_string(directory.join("tokens.json"))?)?;
    let secret = fs::read_to_string(directory.join("secret"))?;
    let signer = eddsa::Signer::new(&secret);
    let mut with_secret = Vec::new();
    let mut with_eddsa = Vec::new();
    let mut configurations: Vec<Configuration> = Vec::new();
    for element in elements {
        let Some(case) = element.case(&element.token) else { continue };
        if element.config == "hs256" {
            with_secret.push(case);
            with_eddsa.extend(signer.sign_again(&element.token).and_then(|token| element.case(&token)));
            continue;
        }
        if configurations.last().is_none_or(|last| last.name != element.config) {
            let document = fs::read_to_string(directory.join(format!("{}.json", element.config)))?;
            let (name, keys) = (element.config.clone(), KeyDocument::Set(document));
            configurations.push(Configuration { name, keys, cases: Vec::new() });
        }
        if let Some(last) = configurations.last_mut() {
            last.cases.push(case);
        }
    }
    let with_eddsa =
        Configuration { name: "eddsa".to_owned(), keys: KeyDocument::Set(signer.jwk_set()), cases: with_eddsa };
    let with_secret = Configuration { name: "hs256".to_owned(), keys: KeyDocument::Secret(secret), cases: with_secret };
    Ok([with_secret, with_eddsa].into_iter().chain(configurations).collect())
}

impl Element {
    /// Returns `None` for cases that are about the request and not about the token, and for those that a service may reject by its path
    /// (403, 404) or may accept.
    fn case(&self, token: &str) -> Option<Case> {
        let is_bearer_token = self.transport.as_deref() == Some(&format!("Bearer {}", self.token));
        let is_decided = match &*self.expect {
            "accept" => true,
            "reject" => !self.allowed_status.iter().any(|status| matches!(status, 200 | 403 | 404)),
            _ => false,
        };
        if !is_bearer_token || !is_decided {
            return None;
        }
        Some(Case {
            name: self.name.clone(),
            family: self.family.clone(),
            token: BearerToken::new(token)?,
            is_valid: self.expect == "accept",
            is_standard: self.basis == "standard",
        })
    }
}
