//! Bearer tokens in HTTP requests (RFC 6750), independent of the web framework.
//!
//! ```
//! use auth_core::bearer::{self, BearerError, Challenges};
//!
//! let fields = [&b"Bearer abc.def.ghi"[..]];
//! assert_eq!(bearer::token_from(fields), Ok("abc.def.ghi"));
//!
//! let error = bearer::token_from([]).unwrap_err();
//! assert_eq!(error, BearerError::MissingCredentials);
//! assert_eq!(error.status(), 401);
//! assert_eq!(Challenges::new("todo").for_error(&error), r#"Bearer realm="todo""#);
//! ```

mod challenge;
mod error;
mod protected_resource;

pub use challenge::Challenges;
pub use error::BearerError;
pub use protected_resource::ProtectedResource;

/// The scheme of credentials with an access token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scheme {
    Bearer,
    Dpop,
}

/// Returns the bearer token of a request, given the values of all its `Authorization` fields (RFC 6750 §2.1).
///
/// Checks only the form of the credentials: verify the token with [`Verifier::verify`](crate::Verifier::verify). Returns
/// [`BearerError::MissingCredentials`] without a field or with another scheme, [`BearerError::MultipleCredentials`] for more
/// than one credential, and [`BearerError::MalformedCredentials`] if `Bearer` is not followed by spaces and one word.
pub fn token_from<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> Result<&'a str, BearerError> {
    credentials_from(fields, false).map(|(_, token)| token)
}

/// Like [`token_from`], and accepts the scheme `DPoP` too (RFC 9449 §7.1) if it is allowed.
pub(crate) fn credentials_from<'a>(
    fields: impl IntoIterator<Item = &'a [u8]>,
    allows_dpop: bool,
) -> Result<(Scheme, &'a str), BearerError> {
    let mut fields = fields.into_iter();
    let field = fields.next().ok_or(BearerError::MissingCredentials)?;
    // The field is not a list (RFC 9110 §11.6.2). With two of them, different readers could choose different ones.
    if fields.next().is_some() {
        return Err(BearerError::MultipleCredentials);
    }
    let (scheme, rest) = split_scheme(trim(field));
    let scheme = if scheme.eq_ignore_ascii_case(b"Bearer") {
        Scheme::Bearer
    } else if allows_dpop && scheme.eq_ignore_ascii_case(b"DPoP") {
        Scheme::Dpop
    } else {
        return Err(error_for_other_scheme(rest));
    };
    if rest.contains(&b',') {
        return Err(BearerError::MultipleCredentials);
    }
    Ok((scheme, parse_token(rest).ok_or(BearerError::MalformedCredentials)?))
}

/// The scheme is the longest prefix of token characters (RFC 9110 §11.4).
fn split_scheme(value: &[u8]) -> (&[u8], &[u8]) {
    value.split_at(value.iter().position(|byte| !is_token_char(*byte)).unwrap_or(value.len()))
}

/// Credentials of another scheme count as missing, unless bearer credentials follow after a comma. A comma alone is allowed:
/// the parameters of `Digest` are a list.
fn error_for_other_scheme(rest: &[u8]) -> BearerError {
    let is_bearer = |item: &[u8]| item.get(..7).is_some_and(|start| start.eq_ignore_ascii_case(b"Bearer "));
    if rest.split(|byte| *byte == b',').skip(1).any(|item| is_bearer(trim(item))) {
        BearerError::MultipleCredentials
    } else {
        BearerError::MissingCredentials
    }
}

/// One or more spaces, then one word of visible ASCII (RFC 9110 §11.4).
fn parse_token(rest: &[u8]) -> Option<&str> {
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    let token = &rest[spaces..];
    // Without an early exit, so that the compiler vectorizes it.
    let is_word = !token.is_empty() && token.iter().fold(true, |is_word, byte| is_word & byte.is_ascii_graphic());
    str::from_utf8(token).ok().filter(|_| spaces > 0 && is_word)
}

/// Removes optional white space around a field value (RFC 9110 §5.5).
fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

fn is_token_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
