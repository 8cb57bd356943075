//! The result of a verification.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use serde::de::value::{Error as UnitError, UnitDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};

use crate::VerifyError;
use crate::bearer::BearerError;
use crate::json::Value;

/// A user whose token was verified, with the private claims `C` of the token, by default none.
///
/// `C` is any type that serde can deserialize from the payload: see
/// [`Verifier::verify_as`](crate::Verifier::verify_as). Only [`Verifier`](crate::Verifier) creates a user:
///
/// ```compile_fail,E0451
/// let forged = auth_core::AuthenticatedUser {
///     issuer: None,
///     user_id: "ann".into(),
///     email: None,
///     name: None,
///     session_id: None,
///     token_id: None,
///     client_id: None,
///     scope: todo!(),
///     acr: None,
///     auth_time: None,
///     issued_at: None,
///     expires_at: u64::MAX,
///     key_thumbprint: None,
///     claims: (),
/// };
/// ```
///
/// `Debug` shows the user id only, so that no e-mail address and no private claim is logged.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct AuthenticatedUser<C = ()> {
    pub(crate) issuer: Option<Arc<str>>,
    pub(crate) user_id: Box<str>,
    pub(crate) email: Option<Box<str>>,
    pub(crate) name: Option<Box<str>>,
    pub(crate) session_id: Option<Box<str>>,
    pub(crate) token_id: Option<Box<str>>,
    pub(crate) client_id: Option<Box<str>>,
    pub(crate) scope: GrantedScope,
    pub(crate) acr: Option<Box<str>>,
    pub(crate) auth_time: Option<u64>,
    pub(crate) issued_at: Option<u64>,
    pub(crate) expires_at: u64,
    pub(crate) key_thumbprint: Option<Box<str>>,
    pub(crate) claims: C,
}

/// What a token may be used for.
#[derive(Clone, Eq, Hash, PartialEq)]
pub(crate) enum GrantedScope {
    /// Everything: the token has neither `scope` nor `client_id` nor `azp`, so the application issued it for itself.
    Unrestricted,
    /// These scopes, separated by spaces (RFC 8693 §4.2). Possibly none.
    Only(Box<str>),
}

impl GrantedScope {
    /// A `scope` that is not a string grants nothing. So does a missing one in a token of a client.
    pub(crate) fn from_claims(scope: Value<'_>, has_client: bool) -> Self {
        match scope {
            Value::Missing if !has_client => Self::Unrestricted,
            Value::String(scope) => Self::Only(scope.into()),
            _ => Self::Only("".into()),
        }
    }
}

impl AuthenticatedUser {
    /// The same user with the private claims.
    pub(crate) fn with_claims<C>(self, claims: C) -> AuthenticatedUser<C> {
        self.map_claims(|()| claims)
    }
}

impl<C> AuthenticatedUser<C> {
    /// The private claims of the token, as [`Verifier::verify_as`](crate::Verifier::verify_as) read them.
    #[must_use]
    pub fn claims(&self) -> &C {
        &self.claims
    }

    /// The same user with the claims that `map` makes of them, for example a role parsed from a text.
    #[must_use]
    pub fn map_claims<D>(self, map: impl FnOnce(C) -> D) -> AuthenticatedUser<D> {
        AuthenticatedUser {
            issuer: self.issuer,
            user_id: self.user_id,
            email: self.email,
            name: self.name,
            session_id: self.session_id,
            token_id: self.token_id,
            client_id: self.client_id,
            scope: self.scope,
            acr: self.acr,
            auth_time: self.auth_time,
            issued_at: self.issued_at,
            expires_at: self.expires_at,
            key_thumbprint: self.key_thumbprint,
            claims: map(self.claims),
        }
    }

    /// The user's id: `sub`, byte for byte (RFC 7519 §4.1.2). It has 1 to 255 bytes, not only white space, and no
    /// control or format characters.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The issuer of the token, if the [`Validation`](crate::Validation) requires one: `iss` (RFC 7519 §4.1.1). A user id is unique
    /// for one issuer only (RFC 7519 §4.1.2), so with several issuers both together identify a user.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
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

    /// The id of the session that the token was issued in: `sid` (OpenID Connect Front-Channel Logout 1.0 §3, RFC 7519 §10.1).
    /// It is an identifier, not a credential. `None` also if the claim is not a string.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// The id of the token: `jti` (RFC 7519 §4.1.7). It is an identifier, not a credential, and has any length and any characters.
    /// `None` also if the claim is not a string.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }

    /// The OAuth client that the token was issued to: `client_id` (RFC 8693 §4.3, RFC 9068 §2.2) or, without it, `azp` (OpenID
    /// Connect Core 1.0 §2). It differs from the [user id](Self::user_id). `None` for a token that the application issued for
    /// itself.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// The scopes of the token (RFC 8693 §4.2), or `None` if it is not restricted to scopes: it has neither `scope` nor
    /// `client_id` nor `azp`.
    #[must_use]
    pub fn scopes(&self) -> Option<impl Iterator<Item = &str>> {
        match &self.scope {
            GrantedScope::Unrestricted => None,
            GrantedScope::Only(scope) => Some(scope.split(' ').filter(|word| !word.is_empty())),
        }
    }

    /// Whether the token may be used for `scope`, one word, compared byte for byte. A token without `scope`, `client_id` and
    /// `azp` may be used for everything.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().is_none_or(|mut granted| granted.any(|word| word == scope))
    }

    /// Returns [`BearerError::InsufficientScope`] unless the token [has this scope](Self::has_scope): 403 with
    /// `error="insufficient_scope"` and `scope="…"` (RFC 6750 §3.1).
    ///
    /// ```
    /// use auth_core::bearer::{BearerError, Challenges};
    /// use auth_core::test_util::{self, TokenBuilder};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), auth_core::VerifyError> {
    /// let token = TokenBuilder::for_user("ann").claim("client_id", "calendar").claim("scope", "tasks:read").sign();
    /// let user = test_util::verifier().verify(&token).await?;
    /// assert_eq!(user.require_scope("tasks:read"), Ok(()));
    ///
    /// let error = user.require_scope("tasks:write").unwrap_err();
    /// assert_eq!(error.status(), 403);
    /// assert_eq!(
    ///     Challenges::new("todo").for_error(&error),
    ///     r#"Bearer realm="todo", error="insufficient_scope", scope="tasks:write""#,
    /// );
    /// # Ok(())
    /// # }
    /// ```
    pub fn require_scope(&self, scope: &str) -> Result<(), BearerError> {
        if self.has_scope(scope) { Ok(()) } else { Err(BearerError::InsufficientScope { scope: scope.into() }) }
    }

    /// How the user has authenticated: `acr` (OpenID Connect Core 1.0 §2, RFC 9068 §2.2.1). `None` also if the claim is not a string.
    #[must_use]
    pub fn acr(&self) -> Option<&str> {
        self.acr.as_deref()
    }

    /// When the user has authenticated, in whole seconds since 1970, rounded down: `auth_time` (OpenID Connect Core 1.0 §2, RFC 9068
    /// §2.2.1). `None` also if the claim is not a number, or is after the year 9999.
    #[must_use]
    pub fn auth_time(&self) -> Option<u64> {
        self.auth_time
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

    /// The SHA-256 thumbprint of the client's key (RFC 7638), `cnf.jkt`, if the request has proven it with
    /// [DPoP](crate::dpop): 43 characters. `None` for a bearer token.
    #[must_use]
    pub fn key_thumbprint(&self) -> Option<&str> {
        self.key_thumbprint.as_deref()
    }
}

impl<C> fmt::Debug for AuthenticatedUser<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatedUser").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

/// Deserializes the private claims from a payload that the strict reader has accepted. `()` reads nothing.
pub(crate) fn parse_private_claims<C: DeserializeOwned + 'static>(payload: &str) -> Result<C, VerifyError> {
    // `()` is the absence of private claims. By itself it would deserialize from `null` only.
    if TypeId::of::<C>() == TypeId::of::<()>() {
        let unit: UnitDeserializer<UnitError> = ().into_deserializer();
        return C::deserialize(unit).map_err(|_| VerifyError::InvalidPrivateClaims);
    }
    // The error contains values of claims, so it is not kept.
    serde_json::from_str(payload).map_err(|_| VerifyError::InvalidPrivateClaims)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast drops the fraction and saturates dates before 1970 to 0; dates after the year 9999 are rejected before"
)]
pub(crate) fn whole_seconds(seconds: f64) -> u64 {
    seconds as u64
}
