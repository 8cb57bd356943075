//! What a token says of itself.

use super::TokenKind;
use crate::json::{self, Value};
use crate::jws::Compact;

/// What a token says of itself: read without checking a signature, so anybody may have written it.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub struct UnverifiedToken {
    /// What it seems to be.
    pub kind: TokenKind,
    /// `alg` of the header.
    pub algorithm: Option<String>,
    /// `kid` of the header.
    pub key_id: Option<String>,
    /// `typ` of the header.
    pub token_type: Option<String>,
    /// `sub`.
    pub subject: Option<String>,
    /// `iss`.
    pub issuer: Option<String>,
    /// `aud`, one or several.
    pub audiences: Vec<String>,
    /// `iat`, in seconds since 1970.
    pub issued_at: Option<f64>,
    /// `exp`, in seconds since 1970.
    pub expires_at: Option<f64>,
}

impl UnverifiedToken {
    /// Reads what can be read.
    #[must_use]
    pub fn read(token: &str) -> Self {
        let Ok(jws) = Compact::read(token) else {
            return Self::of(kind_of_unsigned(token), Members::default(), Members::default());
        };
        let header: Members<'_> = json::object(&jws.header).unwrap_or_default();
        let claims: Members<'_> = json::object(&jws.payload).unwrap_or_default();
        Self::of(kind_of_signed(&header, &claims), header, claims)
    }

    fn of(kind: TokenKind, header: Members<'_>, claims: Members<'_>) -> Self {
        Self {
            kind,
            algorithm: text(header.alg),
            key_id: text(header.kid),
            token_type: text(header.typ),
            subject: text(claims.sub),
            issuer: text(claims.iss),
            audiences: texts(claims.aud),
            issued_at: number(&claims.iat),
            expires_at: number(&claims.exp),
        }
    }
}

/// The members of a header or of claims that tell one kind from another.
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
    of_id_token: Value<'de>,
}

impl<'de> json::Members<'de> for Members<'de> {
    fn slot(&mut self, name: &str) -> Option<&mut Value<'de>> {
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
            // Claims that only an ID token has (OpenID Connect Core §2, §3.1.3.6).
            "nonce" | "at_hash" | "c_hash" | "auth_time" => Some(&mut self.of_id_token),
            _ => None,
        }
    }
}

fn kind_of_signed(header: &Members<'_>, claims: &Members<'_>) -> TokenKind {
    match &header.typ {
        Value::Text(typ) if typ.contains("session-cache") => return TokenKind::SessionCache,
        Value::Text(typ) if typ.eq_ignore_ascii_case("logout+jwt") => return TokenKind::LogoutToken,
        _ => {}
    }
    if !claims.session.is_absent() {
        TokenKind::SessionCache
    } else if !claims.events.is_absent() {
        TokenKind::LogoutToken
    } else if !claims.of_id_token.is_absent() {
        TokenKind::IdToken
    } else if !claims.sub.is_absent() {
        TokenKind::AccessToken
    } else if !claims.email.is_absent() {
        TokenKind::EmailVerification
    } else {
        TokenKind::UnknownSigned
    }
}

/// What is no JWS: five parts are a JWE (RFC 7516 §7.1); a session token is 32 letters and digits, in the cookie with a
/// signature behind; the cookie cache in its compact form is the base64 of JSON.
fn kind_of_unsigned(token: &str) -> TokenKind {
    let parts: Vec<&str> = token.split('.').take(6).collect();
    let is_session_id = |part: &str| part.len() == 32 && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match parts[..] {
        [header, _, _, _, _] if header.starts_with("ey") => TokenKind::Encrypted,
        [id] | [id, _] if is_session_id(id) => TokenKind::SessionToken,
        [cache] if cache.starts_with("eyJzZXNzaW9u") => TokenKind::SessionCache,
        _ => TokenKind::Unknown,
    }
}

fn text(value: Value<'_>) -> Option<String> {
    if let Value::Text(text) = value { Some(text.into_owned()) } else { None }
}

fn texts(value: Value<'_>) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.into_owned()],
        Value::Texts(texts) => texts.into_iter().map(std::borrow::Cow::into_owned).collect(),
        _ => Vec::new(),
    }
}

fn number(value: &Value<'_>) -> Option<f64> {
    if let Value::Number(number) = value { Some(*number) } else { None }
}
