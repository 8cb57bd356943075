//! The things that Better Auth control out, most of which are no access tokens.

use std::fmt;

/// What a text seems to be.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenKind {
    /// A signed token with a subject, as an access token is.
    AccessToken,
    /// An opaque session token, as the `bearer()` plugin and the session cookie hold it.
    SessionToken,
    /// The session cookie's cache, in any of its forms (`cookieCache`, `sessionCookieCache`).
    SessionCache,
    /// The token of an e-mail link: verification or change of address.
    EmailVerification,
    /// An OpenID Connect ID token: it tells an application who signed in, and opens no API.
    IdToken,
    /// An OpenID Connect logout token.
    LogoutToken,
    /// An encrypted token (RFC 7516).
    Encrypted,
    /// A signed token without a subject, of no kind that is known here.
    UnknownSigned,
    /// No token at all.
    Unknown,
}

/// What it is, as the end of a sentence that begins with "this is".
impl fmt::Display for TokenKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::AccessToken => "a signed token with a subject, as an access token is",
            Self::SessionToken => {
                "an opaque Better Auth session token, which only Better Auth itself can look up: ask it for an access token with it"
            }
            Self::SessionCache => {
                "Better Auth's session cookie cache, which is for Better Auth alone: ask it for an access token instead"
            }
            Self::EmailVerification => "the token of a Better Auth e-mail link, which names an address and no user",
            Self::IdToken => "an OpenID Connect ID token, which tells an application who signed in and opens no API",
            Self::LogoutToken => "an OpenID Connect logout token",
            Self::Encrypted => "an encrypted token (JWE), which proves nothing about who made it",
            Self::UnknownSigned => "a signed token without a subject, so it stands for nobody",
            Self::Unknown => "no token: an access token is three base64url parts with dots between",
        })
    }
}
