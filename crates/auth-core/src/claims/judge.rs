//! Whether signed claims make a user (RFC 7519 §4.1).
//!
//! Two passes: first what no clock can mend, then the times, expiry and age last. So a token that is answered with
//! "expired" was a good one, and its client does right to fetch another. Only a missing scope is said even later: it means
//! that the user is known and may not.

use std::borrow::Cow;

use super::Claims;
use crate::claims::{judge_claims, judge_scope};
use crate::json::Value;
use crate::{AuthenticatedUser, Validation, VerifyError};

/// The most bytes that a `sub` may have.
const MAX_SUBJECT_BYTES: usize = 255;

/// The last second of the year 9999. A later date is a mistake (milliseconds, most often) or an attempt at an overflow.
const LAST_SECOND: f64 = 253_402_300_799.0;

impl Validation {
    /// Judges claims, read from `payload`, at `now`, in seconds since 1970.
    pub(crate) fn judge(&self, claims: Claims<'_>, payload: &str, now: f64) -> Result<AuthenticatedUser, VerifyError> {
        let exp = date(&claims.exp)?.ok_or(VerifyError::MissingExpiration)?;
        let nbf = date(&claims.nbf)?;
        let iat = date(&claims.iat)?;
        let user_id = subject(claims.sub)?;
        self.judge_issuer(&claims.iss)?;
        self.judge_audience(&claims.aud)?;
        judge_claims(self.requirements(), payload)?;
        if iat.is_none() && self.max_age().is_some() {
            return Err(VerifyError::MissingIssuedAt);
        }

        let latest = now + self.leeway();
        if nbf.is_some_and(|nbf| nbf > latest) {
            return Err(VerifyError::NotYetValid);
        }
        if iat.is_some_and(|iat| iat > latest) {
            return Err(VerifyError::IssuedInFuture);
        }
        if now >= exp + self.leeway() {
            return Err(VerifyError::Expired);
        }
        if self.max_age().zip(iat).is_some_and(|(max_age, iat)| now >= iat + max_age + self.leeway()) {
            return Err(VerifyError::MaxAgeExceeded);
        }
        judge_scope(self.required_scopes(), &claims.scope)?;
        Ok(AuthenticatedUser::new(user_id, optional_text(claims.email), optional_text(claims.name), iat, exp))
    }

    fn judge_issuer(&self, iss: &Value<'_>) -> Result<(), VerifyError> {
        match (self.required_issuer(), iss) {
            (None, Value::Absent | Value::Text(_)) => Ok(()),
            (Some(expected), Value::Text(iss)) if expected == iss => Ok(()),
            _ => Err(VerifyError::InvalidIssuer),
        }
    }

    fn judge_audience(&self, aud: &Value<'_>) -> Result<(), VerifyError> {
        let ours = |aud: &Cow<'_, str>| self.allowed_audiences().iter().any(|expected| expected == aud);
        let anything = self.allowed_audiences().is_empty();
        match aud {
            Value::Absent if anything => Ok(()),
            Value::Text(aud) if anything || ours(aud) => Ok(()),
            Value::Texts(list) if anything || list.iter().any(ours) => Ok(()),
            _ => Err(VerifyError::InvalidAudience),
        }
    }
}

/// A `NumericDate` (RFC 7519 §2): seconds since 1970, fractions allowed, and nothing but a JSON number.
fn date(value: &Value<'_>) -> Result<Option<f64>, VerifyError> {
    match value {
        Value::Absent => Ok(None),
        Value::Number(seconds) if *seconds <= LAST_SECOND => Ok(Some(*seconds)),
        _ => Err(VerifyError::InvalidNumericDate),
    }
}

/// The subject is what tells an access token from Better Auth's other tokens under the same secret: e-mail links and
/// session cookies carry none. It is taken as it stands, never trimmed, folded or replaced by an e-mail address.
fn subject(sub: Value<'_>) -> Result<Cow<'_, str>, VerifyError> {
    match sub {
        Value::Text(sub) if is_subject(&sub) => Ok(sub),
        _ => Err(VerifyError::InvalidSubject),
    }
}

pub(crate) fn is_subject(sub: &str) -> bool {
    (1..=MAX_SUBJECT_BYTES).contains(&sub.len()) && !sub.chars().any(char::is_control)
}

/// `email` and `name` are for display, never identity, and Better Auth writes `null` where a user has none: whatever is
/// not a text counts as absent.
fn optional_text(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
