//! What a route requires of the token, in addition to the verifier.

use serde::de::DeserializeOwned;

use crate::AuthenticatedUser;
use crate::bearer::BearerError;

/// What a route requires: scopes, private claims, and how recently and how strongly the user has authenticated (RFC 9470).
///
/// Everything but `Claims` has a default that requires nothing. The extractors `Authorized<P>` of axum and actix-web, the layer of
/// the feature `tower` and [`Authenticator::authorize`](super::Authenticator::authorize) take the policy as a type.
///
/// The first requirement that fails determines the answer: scopes, claims, then the authentication, which the user can repeat.
///
/// ```
/// use auth_core::adapters::{AccessPolicy, Authenticator};
/// use auth_core::test_util::{self, TokenBuilder};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct MyClaims {
///     role: String,
/// }
///
/// /// Administrators, who have signed in within the last ten minutes.
/// struct DeleteTeam;
///
/// impl AccessPolicy for DeleteTeam {
///     type Claims = MyClaims;
///     const SCOPES: &'static [&'static str] = &["teams:write"];
///     const MAX_AUTHENTICATION_AGE_SECONDS: Option<u32> = Some(600);
///
///     fn allows_claims(claims: &MyClaims) -> bool {
///         claims.role == "admin"
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let authenticator = Authenticator::new(test_util::verifier(), "teams");
/// let token = TokenBuilder::for_user("ann").claim("role", "admin").claim("auth_time", 1_700_000_000).sign();
/// let rejection = authenticator.authorize::<DeleteTeam>([format!("Bearer {token}").as_bytes()]).await.unwrap_err();
/// assert_eq!(rejection.status(), 401);
/// assert_eq!(
///     rejection.challenge().unwrap(),
///     r#"Bearer realm="teams", error="insufficient_user_authentication", error_description="A more recent authentication is required", max_age="600""#,
/// );
/// # }
/// ```
pub trait AccessPolicy: 'static {
    /// The private claims that the token must have: see [`Verifier::verify_as`](crate::Verifier::verify_as). `()` for none.
    type Claims: DeserializeOwned + Send + Sync + 'static;

    /// The scopes that are required, all of them. A token without `scope`, `client_id` and `azp` has every scope: see
    /// [`AuthenticatedUser::has_scope`]. Otherwise 403 with `error="insufficient_scope"` and `scope="…"` (RFC 6750 §3.1).
    const SCOPES: &'static [&'static str] = &[];

    /// The values of `acr` of which the token must have one. With an empty list, any `acr` and a missing one are sufficient. Otherwise
    /// 401 with `error="insufficient_user_authentication"` and `acr_values="…"` (RFC 9470 §3).
    const ACR_VALUES: &'static [&'static str] = &[];

    /// The maximum time since the user has authenticated, `auth_time`, in seconds and without leeway. A token without `auth_time` does
    /// not meet it. Otherwise 401 with `error="insufficient_user_authentication"` and `max_age="…"` (RFC 9470 §3).
    const MAX_AUTHENTICATION_AGE_SECONDS: Option<u32> = None;

    /// Whether the private claims allow the request. Otherwise 403 with `error="insufficient_scope"`: "the request requires higher
    /// privileges than provided by the access token" (RFC 6750 §3.1).
    #[must_use]
    fn allows_claims(claims: &Self::Claims) -> bool {
        let _ = claims;
        true
    }
}

/// Requires that the user meets the policy, at the time `now` in seconds since 1970.
pub(super) fn check<P: AccessPolicy>(user: &AuthenticatedUser<P::Claims>, now: u64) -> Result<(), BearerError> {
    if !P::SCOPES.iter().all(|scope| user.has_scope(scope)) {
        return Err(BearerError::InsufficientScope { scope: P::SCOPES.join(" ").into() });
    }
    if !P::allows_claims(user.claims()) {
        return Err(BearerError::ClaimsNotAllowed);
    }
    let has_acr = P::ACR_VALUES.is_empty() || user.acr().is_some_and(|acr| P::ACR_VALUES.contains(&acr));
    let is_recent = P::MAX_AUTHENTICATION_AGE_SECONDS.is_none_or(|max_age| {
        user.auth_time().is_some_and(|auth_time| now.saturating_sub(auth_time) <= u64::from(max_age))
    });
    if has_acr && is_recent {
        return Ok(());
    }
    Err(BearerError::InsufficientUserAuthentication {
        acr_values: (!has_acr).then(|| P::ACR_VALUES.join(" ").into()),
        max_age_seconds: P::MAX_AUTHENTICATION_AGE_SECONDS.filter(|_| !is_recent),
    })
}
