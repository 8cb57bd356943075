//! From a request's `Authorization` fields to its one bearer token (RFC 6750 §2.1), whatever the web framework.
//!
//! ```
//! use auth_core::bearer::{self, BearerError};
//!
//! let fields = [&b"Bearer abc.def.ghi"[..]];
//! assert_eq!(bearer::token_from(fields), Ok("abc.def.ghi"));
//!
//! let refusal = bearer::token_from([]).unwrap_err();
//! assert_eq!(refusal, BearerError::MissingCredentials);
//! assert_eq!(refusal.status(), 401);
//! assert_eq!(refusal.challenge("todo").to_string(), r#"Bearer realm="todo""#);
//! ```

mod challenge;
mod error;

pub use challenge::{Challenge, Challenges};
pub use error::BearerError;

/// The one bearer token among the values of all `Authorization` fields of a request, in the order they came.
///
/// Looks at nothing but the form: hand the token to [`Verifier::verify`](crate::Verifier::verify).
pub fn token_from<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> Result<&'a str, BearerError> {
    let mut fields = fields.into_iter();
    let field = fields.next().ok_or(BearerError::MissingCredentials)?;
    // The field is no list (RFC 9110 §11.6.2): whoever sends two wants one reader to see this and another that.
    if fields.next().is_some() {
        return Err(BearerError::MultipleCredentials);
    }
    let (scheme, rest) = scheme_and_rest(trim(field));
    if !scheme.eq_ignore_ascii_case(b"Bearer") {
        return Err(other_scheme(rest));
    }
    if rest.contains(&b',') {
        return Err(BearerError::MultipleCredentials);
    }
    token(rest).ok_or(BearerError::MalformedCredentials)
}

/// The scheme is the longest run of token characters (RFC 9110 §11.4).
fn scheme_and_rest(value: &[u8]) -> (&[u8], &[u8]) {
    value.split_at(value.iter().position(|byte| !is_token_char(*byte)).unwrap_or(value.len()))
}

/// `Basic …`, `Digest …` or a token without a scheme brings nothing that could be judged here, unless a bearer token hides
/// behind it. A comma alone proves nothing: the parameters of `Digest` are a list.
fn other_scheme(rest: &[u8]) -> BearerError {
    let is_bearer = |item: &[u8]| item.get(..7).is_some_and(|start| start.eq_ignore_ascii_case(b"Bearer "));
    if rest.split(|byte| *byte == b',').skip(1).any(|item| is_bearer(trim(item))) {
        BearerError::MultipleCredentials
    } else {
        BearerError::MissingCredentials
    }
}

/// One space or more, then one word of visible ASCII (RFC 9110 §11.4).
fn token(rest: &[u8]) -> Option<&str> {
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    let token = &rest[spaces..];
    // Without an early end, which a good token never has: so many bytes are looked at at once.
    let is_word = !token.is_empty() && token.iter().fold(true, |so_far, byte| so_far & byte.is_ascii_graphic());
    str::from_utf8(token).ok().filter(|_| spaces > 0 && is_word)
}

/// Optional white space around a field's value is not part of it (RFC 9110 §5.5).
fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

fn is_token_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
