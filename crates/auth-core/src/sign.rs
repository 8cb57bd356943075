//! Signing of access tokens (feature `sign`).

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::claims::is_valid_subject;
use crate::{Clock, MAX_TOKEN_BYTES, SharedSecret};

/// Signs access tokens with a shared secret (HS256), for tools that have the secret: an operator's command line, a load test.
///
/// The tokens have the claims of the web application's tokens, apart from `sid`: they belong to no session.
///
/// ```
/// use auth_core::{SharedSecret, TokenSigner, TokenSubject};
///
/// let secret = SharedSecret::parse("7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs")?;
/// let signer = TokenSigner::new(&secret).issuer("https://app.example").audience("todo-api").lifetime_seconds(60);
/// let token = signer.sign(&TokenSubject::new("ann").email("ann@example.com").name("Ann"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TokenSigner {
    key: hmac::Key,
    issuer: Option<String>,
    audience: Option<String>,
    lifetime_seconds: u64,
    clock: Clock,
}

impl TokenSigner {
    /// Signs with this secret. By default tokens expire after 15 minutes, like Better Auth's, and have no issuer and no audience.
    #[must_use]
    pub fn new(secret: &SharedSecret) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
            issuer: None,
            audience: None,
            lifetime_seconds: 900,
            clock: Clock::system(),
        }
    }

    /// Sets `iss` (RFC 7519 §4.1.1).
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Sets `aud` (RFC 7519 §4.1.3).
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sets the time from `iat` to `exp`, in seconds.
    #[must_use]
    pub fn lifetime_seconds(mut self, seconds: u64) -> Self {
        self.lifetime_seconds = seconds;
        self
    }

    /// Reads the time from another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Returns a token for this user, valid from now on.
    ///
    /// Returns [`SignError`] for a token that no verifier would accept.
    pub fn sign(&self, subject: &TokenSubject<'_>) -> Result<String, SignError> {
        if !is_valid_subject(subject.id) {
            return Err(SignError::InvalidSubject);
        }
        let now = self.clock.unix_seconds();
        let mut claims = json!({ "sub": subject.id, "iat": now, "exp": now.saturating_add(self.lifetime_seconds) });
        let optional = [
            ("email", subject.email),
            ("name", subject.name),
            ("iss", self.issuer.as_deref()),
            ("aud", self.audience.as_deref()),
        ];
        for (name, text) in optional {
            if let Some(text) = text {
                claims[name] = text.into();
            }
        }
        let token = sign(&self.key, br#"{"alg":"HS256","typ":"JWT"}"#, claims.to_string().as_bytes());
        if token.len() > MAX_TOKEN_BYTES { Err(SignError::TokenTooLong) } else { Ok(token) }
    }
}

/// The user that a token is issued to.
#[derive(Clone, Copy, Debug)]
pub struct TokenSubject<'s> {
    id: &'s str,
    email: Option<&'s str>,
    name: Option<&'s str>,
}

impl<'s> TokenSubject<'s> {
    /// The user with this id: 1 to 255 bytes, not only white space, without control and format characters.
    #[must_use]
    pub fn new(id: &'s str) -> Self {
        Self { id, email: None, name: None }
    }

    /// Sets `email`.
    #[must_use]
    pub fn email(mut self, email: &'s str) -> Self {
        self.email = Some(email);
        self
    }

    /// Sets `name`.
    #[must_use]
    pub fn name(mut self, name: &'s str) -> Self {
        self.name = Some(name);
        self
    }
}

/// Why no token was signed: no verifier would accept it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignError {
    /// The user id is not 1 to 255 bytes without control and format characters, or is only white space (RFC 7519 §4.1.2).
    #[error("a user id must have 1 to 255 bytes, not only white space, and no control or format characters")]
    InvalidSubject,
    /// The token would be longer than [`MAX_TOKEN_BYTES`].
    #[error("the token would be longer than 8 KiB")]
    TokenTooLong,
}

/// The compact serialization (RFC 7515 §3.1).
fn sign(key: &hmac::Key, header: &[u8], payload: &[u8]) -> String {
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let mac = hmac::sign(key, token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(mac, &mut token);
    token
}
