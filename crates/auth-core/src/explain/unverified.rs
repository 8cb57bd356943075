//! The unverified contents of a token.

use std::borrow::Cow;

use super::TokenKind;
use crate::json::{self, Value};
use crate::jws::CompactJws;

/// The contents of a token, parsed without checking the signature. They may be forged.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub struct UnverifiedToken {
    /// The kind of token.
    pub kind: TokenKind,
    /// The header's `alg`.
    pub algorithm: Option<String>,
    /// The header's `kid`.
    pub key_id: Option<String>,
    /// The header's `typ`.
    pub token_type: Option<String>,
    /// The claim `sub`.
    pub subject: Option<String>,
    /// The claim `iss`.
    pub issuer: Option<String>,
    /// The claim `aud`, as a list.
    pub audiences: Vec<String>,
    /// The claim `iat`, in seconds since 1970.
    pub issued_at: Option<f64>,
    /// The claim `exp`, in seconds since 1970.
    pub expires_at: Option<f64>,
}

impl UnverifiedToken {
    /// Parses as much as possible of any text. Never fails.
    #[must_use]
    pub fn parse(token: &str) -> Self {
        let mut buffer = Vec::new();
        let Ok(jws) = CompactJws::parse(token, &mut buffer) else {
            return Self::new(kind_of_other(token), Members::default(), Members::default());
        };
        let header: Members<'_> = json::parse_object(jws.header).unwrap_or_default();
        let claims: Members<'_> = json::parse_object(jws.payload).unwrap_or_default();
        Self::new(kind_of_signed(&header, &claims), header, claims)
    }

    fn new(kind: TokenKind, header: Members<'_>, claims: Members<'_>) -> Self {
        Self {
            kind,
            algorithm: string(header.alg),
            key_id: string(header.kid),
            token_type: string(header.typ),
            subject: string(claims.sub),
            issuer: string(claims.iss),
            audiences: string_list(claims.aud),
            issued_at: number(&claims.iat),
            expires_at: number(&claims.exp),
        }
    }
}

/// The members of a header or of claims that distinguish the kinds.
#[derive(Default)]
struct Members<'de> {
    alg: Value<'de>,
    kid: Value<'de>,
    typ: Value<'de>,
    sub: Value<'de>,
    iss: Value<'de>,
    aud: Value<'de>,
    iat: Value<'de>,
    exp: Value<'de>,
    email: Value<'de>,
    session: Value<'de>,
    events: Value<'de>,
    id_token_claim: Value<'de>,
}

impl<'de> json::Members<'de> for Members<'de> {
    fn field_mut(&mut self, name: &str) -> Option<&mut Value<'de>> {
        match name {
            "alg" => Some(&mut self.alg),
            "kid" => Some(&mut self.kid),
            "typ" => Some(&mut self.typ),
            "sub" => Some(&mut self.sub),
            "iss" => Some(&mut self.iss),
            "aud" => Some(&mut self.aud),
            "iat" => Some(&mut self.iat),
            "exp" => Some(&mut self.exp),
            "email" => Some(&mut self.email),
            "session" => Some(&mut self.session),
            "events" => Some(&mut self.events),
            // Claims that only ID tokens have (OpenID Connect Core §2, §3.1.3.6).
            "nonce" | "at_hash" | "c_hash" | "auth_time" => Some(&mut self.id_token_claim),
            _ => None,
        }
    }
}

fn kind_of_signed(header: &Members<'_>, claims: &Members<'_>) -> TokenKind {
    match &header.typ {
        Value::String(typ) if typ.contains("session-cache") => return TokenKind::SessionCache,
        Value::String(typ) if typ.eq_ignore_ascii_case("logout+jwt") => return TokenKind::LogoutToken,
        _ => {}
    }
    if !claims.session.is_missing() {
        TokenKind::SessionCache
    } else if !claims.events.is_missing() {
        TokenKind::LogoutToken
    } else if !claims.id_token_claim.is_missing() {
        TokenKind::IdToken
    } else if !claims.sub.is_missing() {
        TokenKind::AccessToken
    } else if !claims.email.is_missing() {
        TokenKind::EmailVerification
    } else {
        TokenKind::UnknownSigned
    }
}

/// The kind of a text that is not a JWS. Five segments are a JWE (RFC 7516 §7.1). A session token is 32 letters and digits,
/// followed by a signature in the cookie. The cookie cache in its compact form is base64 of JSON.
fn kind_of_other(token: &str) -> TokenKind {
    let segments: Vec<&str> = token.split('.').take(6).collect();
    let is_session_id = |segment: &str| segment.len() == 32 && segment.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match segments[..] {
        [header, _, _, _, _] if header.starts_with("ey") => TokenKind::Encrypted,
        [id] | [id, _] if is_session_id(id) => TokenKind::SessionToken,
        [cache] if cache.starts_with("eyJzZXNzaW9u") => TokenKind::SessionCache,
        _ => TokenKind::Unknown,
    }
}

fn string(value: Value<'_>) -> Option<String> {
    if let Value::String(text) = value { Some(text.into_owned()) } else { None }
}

fn string_list(value: Value<'_>) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.into_owned()],
        Value::StringArray(list) => list.into_iter().map(Cow::into_owned).collect(),
        _ => Vec::new(),
    }
}

fn number(value: &Value<'_>) -> Option<f64> {
    if let Value::Number(number) = value { Some(*number) } else { None }
}
