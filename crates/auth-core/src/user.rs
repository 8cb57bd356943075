//! The result of a verification.

use std::borrow::Cow;
use std::fmt;

/// A user whose token was verified. Only [`Verifier::verify`](crate::Verifier::verify) creates one:
///
/// ```compile_fail,E0451
/// let forged = auth_core::AuthenticatedUser {
///     user_id: "ann".into(),
///     email: None,
///     name: None,
///     issued_at: None,
///     expires_at: u64::MAX,
/// };
/// ```
///
/// ```compile_fail,E0624
/// let forged = auth_core::AuthenticatedUser::new("ann".into(), None, None, None, 0.0);
/// ```
///
/// `Debug` shows the user id only, so that no e-mail address is logged.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct AuthenticatedUser {
    user_id: Box<str>,
    email: Option<Box<str>>,
    name: Option<Box<str>>,
    issued_at: Option<u64>,
    expires_at: u64,
}

impl AuthenticatedUser {
    pub(crate) fn new(
        user_id: Cow<'_, str>,
        email: Option<Cow<'_, str>>,
        name: Option<Cow<'_, str>>,
        issued_at: Option<f64>,
        expires_at: f64,
    ) -> Self {
        Self {
            user_id: user_id.into(),
            email: email.map(Into::into),
            name: name.map(Into::into),
            issued_at: issued_at.map(whole_seconds),
            expires_at: whole_seconds(expires_at),
        }
    }

    /// The user's id: `sub`, byte for byte (RFC 7519 §4.1.2). It has 1 to 255 bytes and no control characters.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The `email` claim, for display. It does not identify a user. `None` also if the claim is not a string.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The `name` claim, for display. `None` also if the claim is not a string.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// When the token was issued, in whole seconds since 1970, rounded down (RFC 7519 §4.1.6).
    #[must_use]
    pub fn issued_at(&self) -> Option<u64> {
        self.issued_at
    }

    /// When the token expires, in whole seconds since 1970, rounded down and without the leeway (RFC 7519 §4.1.4): what is
    /// cached until then does not outlive the token.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }
}

impl fmt::Debug for AuthenticatedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatedUser").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast drops the fraction and saturates dates before 1970 to 0; dates after the year 9999 are rejected before"
)]
pub(crate) fn whole_seconds(seconds: f64) -> u64 {
    seconds as u64
}
