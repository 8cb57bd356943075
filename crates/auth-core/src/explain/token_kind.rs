//! The kinds of tokens that Better Auth issues.

use std::fmt;

/// The kind of a token, guessed from its form and its claims.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenKind {
    /// A signed token with a subject.
    AccessToken,
    /// An opaque session token, from the `bearer()` plugin or the session cookie.
    SessionToken,
    /// The cache of the session cookie, in any of its forms (`cookieCache`, `sessionCookieCache`).
    SessionCache,
    /// The token of an e-mail link, for verification or a change of address.
    EmailVerification,
    /// An OpenID Connect ID token. It is for the client application, not for an API.
    IdToken,
    /// An OpenID Connect logout token.
    LogoutToken,
    /// An encrypted token (RFC 7516).
    Encrypted,
    /// A signed token without a subject, of an unknown kind.
    UnknownSigned,
    /// Not a token.
    Unknown,
}

/// A phrase that completes "this is …".
impl fmt::Display for TokenKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::AccessToken => "a signed token with a subject, like an access token",
            Self::SessionToken => {
                "an opaque Better Auth session token, which only Better Auth can look up: use it to request an access token from Better Auth"
            }
            Self::SessionCache => {
                "Better Auth's session cookie cache, which only Better Auth accepts: request an access token instead"
            }
            Self::EmailVerification => "the token of a Better Auth e-mail link, which has an e-mail address and no subject",
            Self::IdToken => "an OpenID Connect ID token, which is for the client application and not for an API",
            Self::LogoutToken => "an OpenID Connect logout token",
            Self::Encrypted => "an encrypted token (JWE), which is not authenticated",
            Self::UnknownSigned => "a signed token without a subject, so it has no user",
            Self::Unknown => "no token: an access token is three base64url segments separated by dots",
        })
    }
}
