//! What a token must say besides being signed.

use crate::ConfigError;

/// What else must hold for a signed token: whom it is from, whom it is for, how far clocks may differ.
///
/// ```
/// use auth_core::Policy;
///
/// let policy = Policy::new()
///     .issuer("https://app.example")
///     .audience("https://api.example")
///     .leeway_seconds(10)?;
/// # Ok::<(), auth_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    issuer: Option<String>,
    audiences: Vec<String>,
    leeway_seconds: u32,
}

impl Policy {
    /// The most clock skew that may be forgiven, in seconds.
    pub const MAX_LEEWAY_SECONDS: u32 = 60;

    /// Any issuer, any audience, and a leeway of 5 s.
    ///
    /// Without an audience every token that the secret has signed is accepted, also one made for another service:
    /// a service should warn when it starts so.
    #[must_use]
    pub fn new() -> Self {
        Self { issuer: None, audiences: Vec::new(), leeway_seconds: 5 }
    }

    /// Requires `iss` to be exactly this text (RFC 7519 §4.1.1).
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Requires `aud` to be exactly this text, or a list that holds it (RFC 7519 §4.1.3). May be said several times: then
    /// any one of them is enough.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Clock skew forgiven on `exp`, `nbf` and `iat`, in seconds, at most [`MAX_LEEWAY_SECONDS`](Self::MAX_LEEWAY_SECONDS)
    /// (RFC 7519 §4.1.4: "usually no more than a few minutes").
    pub fn leeway_seconds(mut self, seconds: u64) -> Result<Self, ConfigError> {
        self.leeway_seconds = u32::try_from(seconds)
            .ok()
            .filter(|seconds| *seconds <= Self::MAX_LEEWAY_SECONDS)
            .ok_or(ConfigError::LeewayTooLong { seconds })?;
        Ok(self)
    }

    /// The issuer that is required, if any.
    #[must_use]
    pub fn expected_issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The audiences of which one is required. Empty: none is.
    #[must_use]
    pub fn expected_audiences(&self) -> &[String] {
        &self.audiences
    }

    pub(crate) fn leeway(&self) -> f64 {
        f64::from(self.leeway_seconds)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}
