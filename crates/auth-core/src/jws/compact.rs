//! The outside of a token: three base64url segments.

use std::borrow::Cow;

use base64_simd::URL_SAFE_NO_PAD;

use crate::VerifyError;
use crate::jws::BETTER_AUTHS;

/// The longest token that is looked at, in bytes of its compact form.
///
/// Better Auth puts a whole user object into its tokens unless told otherwise, so some KiB are ordinary.
pub const MAX_TOKEN_BYTES: usize = 8192;

/// A JWS in compact serialization (RFC 7515 §7.1), decoded but not believed.
pub(crate) struct Compact<'t> {
    /// What the signature is over: the first two segments as they came, with their dot.
    pub(crate) signing_input: &'t str,
    pub(crate) header: Cow<'static, str>,
    pub(crate) payload: String,
    pub(crate) signature: Vec<u8>,
}

impl<'t> Compact<'t> {
    pub(crate) fn read(token: &'t str) -> Result<Self, VerifyError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(VerifyError::TokenTooLong);
        }
        let [header, payload, signature] = three_segments(token)?;
        Ok(Self {
            signing_input: &token[..header.len() + 1 + payload.len()],
            header: if header == BETTER_AUTHS.segment { BETTER_AUTHS.text.into() } else { text(header)?.into() },
            payload: text(payload)?,
            signature: bytes(signature)?,
        })
    }
}

/// Cut at the first dot and the last. Dots between are left to [`bytes`] to find, which looks at every byte anyhow.
fn three_segments(token: &str) -> Result<[&str; 3], VerifyError> {
    let (header, rest) = token.split_once('.').ok_or(VerifyError::NotCompactJws)?;
    let (payload, signature) = rest.rsplit_once('.').ok_or(VerifyError::NotCompactJws)?;
    Ok([header, payload, signature])
}

fn text(segment: &str) -> Result<String, VerifyError> {
    String::from_utf8(bytes(segment)?).map_err(|_| VerifyError::InvalidUtf8)
}

/// This decoder takes no padding and no stray bits after the last byte (RFC 4648 §3.5), so that each accepted token has
/// exactly one spelling.
fn bytes(segment: &str) -> Result<Vec<u8>, VerifyError> {
    let why = |_| if segment.contains('.') { VerifyError::NotCompactJws } else { VerifyError::InvalidBase64Url };
    URL_SAFE_NO_PAD.decode_to_vec(segment).map_err(why)
}
