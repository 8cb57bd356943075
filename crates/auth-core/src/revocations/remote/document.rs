//! The document: a signed list of revocations.

use std::borrow::Cow;

use serde::Deserialize;

use super::RemoteRevocationList;
use crate::claims::Claims;
use crate::jws::{CompactJws, JoseHeader};
use crate::revocations::RevocationList;
use crate::revocations::table::{Revocation, RevocationKey, RevocationTable};
use crate::{Clock, ConfigError, Validation, VerificationKeys, VerifyError};

/// The `typ` of a list (RFC 8725 §3.11), also with the prefix that RFC 7515 §4.1.9 allows.
const TOKEN_TYPES: [&str; 2] = ["revocations+jwt", "application/revocations+jwt"];

/// A verified list.
#[derive(Debug)]
pub(super) struct SignedList {
    pub(super) table: RevocationTable,
    /// `iat`, in seconds since 1970.
    pub(super) issued_at: f64,
    /// `exp`, in seconds since 1970.
    pub(super) expires_at: f64,
}

/// Why a document is not used. The message contains no part of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum ListError {
    #[error(transparent)]
    NotVerified(#[from] VerifyError),
    #[error(
        "it has no array `revocations` of objects with whole numbers `before` and `until` and either `sid` or `sub`"
    )]
    InvalidEntries,
    #[error("it has more than 50,000 entries")]
    TooManyEntries,
}

/// Verifies and parses documents.
pub(super) struct ListVerifier {
    keys: VerificationKeys,
    validation: Validation,
    clock: Clock,
}

#[derive(Deserialize)]
struct Payload<'p> {
    #[serde(borrow)]
    revocations: Vec<Entry<'p>>,
}

#[derive(Deserialize)]
struct Entry<'p> {
    #[serde(borrow)]
    sid: Option<Cow<'p, str>>,
    #[serde(borrow)]
    sub: Option<Cow<'p, str>>,
    before: u64,
    until: u64,
}

impl Entry<'_> {
    fn key(&self) -> Option<RevocationKey<'_>> {
        match (&self.sid, &self.sub) {
            (Some(sid), None) => Some(RevocationKey::Session(sid)),
            (None, Some(sub)) => Some(RevocationKey::Subject(sub)),
            _ => None,
        }
    }
}

impl ListVerifier {
    pub(super) fn new(keys: VerificationKeys, validation: &Validation, clock: Clock) -> Result<Self, ConfigError> {
        if keys.has_jwk_sets() {
            validation.require_issuer_and_audience()?;
        }
        let validation = validation.clone().token_types(TOKEN_TYPES);
        Ok(Self { keys, validation, clock })
    }

    /// Verifies a document with the keys that are available now, and parses it.
    pub(super) fn verify(&self, document: &[u8]) -> Result<SignedList, ListError> {
        let text = str::from_utf8(document.trim_ascii()).map_err(|_| VerifyError::InvalidUtf8)?;
        let mut buffer = Vec::new();
        let jws = CompactJws::parse_longer(text, &mut buffer, RemoteRevocationList::MAX_BYTES)?;
        let header = JoseHeader::parse(jws.header, &self.validation)?;
        self.keys.verify(&header, &jws)?;
        // The strict reader rejects duplicate member names, which the next one would accept.
        let claims = Claims::parse(jws.payload)?;
        let (issued_at, expires_at) = self.validation.validate_list(&claims, self.clock.now())?;
        let payload: Payload<'_> = serde_json::from_str(jws.payload).map_err(|_| ListError::InvalidEntries)?;
        Ok(SignedList { table: table(&payload.revocations, self.clock.unix_seconds())?, issued_at, expires_at })
    }

    /// Waits for the keys of the remote JWK Sets to be fetched once more, if `error` is that of a missing key. Returns whether
    /// it is.
    pub(super) async fn refresh_keys(&self, error: ListError) -> bool {
        let is_missing =
            matches!(error, ListError::NotVerified(VerifyError::NoMatchingKey | VerifyError::KeysUnavailable));
        if is_missing {
            self.keys.wait_for_refresh().await;
        }
        is_missing
    }

    /// Whether the time is past the `exp` of the list.
    pub(super) fn is_expired(&self, list: &SignedList) -> bool {
        self.clock.now() >= list.expires_at
    }
}

/// The entries that have not ended at `now`, in seconds since 1970.
fn table(entries: &[Entry<'_>], now: u64) -> Result<RevocationTable, ListError> {
    if entries.len() > RevocationList::MAX_ENTRIES {
        return Err(ListError::TooManyEntries);
    }
    let mut table = RevocationTable::default();
    for entry in entries {
        let key = entry.key().ok_or(ListError::InvalidEntries)?;
        if entry.until >= now {
            table.insert(key, Revocation { before: entry.before, until: entry.until });
        }
    }
    Ok(table)
}
