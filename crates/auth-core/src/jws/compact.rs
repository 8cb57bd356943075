//! The compact serialization: three base64url segments (RFC 7515 §7.1).

use base64::Engine as _;
use base64::decoded_len_estimate;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::VerifyError;

/// The maximum length of a token in compact form, in bytes. Longer tokens are rejected before they are decoded.
///
/// Better Auth's `jwt()` plugin puts the whole user object into a token unless it is configured otherwise, so tokens of some
/// KiB are ordinary.
pub const MAX_TOKEN_BYTES: usize = 8192;

/// A decoded JWS in compact serialization. Nothing in it is verified yet.
#[derive(Clone, Copy)]
pub(crate) struct CompactJws<'t> {
    /// What the signature covers: the first two segments as received, with their dot.
    pub(crate) signing_input: &'t str,
    pub(crate) header: &'t str,
    pub(crate) payload: &'t str,
    pub(crate) signature: &'t [u8],
}

impl<'t> CompactJws<'t> {
    /// Decodes the segments of `token` into `buffer`: one allocation for all three.
    pub(crate) fn parse(token: &'t str, buffer: &'t mut Vec<u8>) -> Result<Self, VerifyError> {
        Self::parse_longer(token, buffer, MAX_TOKEN_BYTES)
    }

    /// Like [`parse`](Self::parse), with another limit: for documents that are signed like a token.
    pub(crate) fn parse_longer(token: &'t str, buffer: &'t mut Vec<u8>, max_bytes: usize) -> Result<Self, VerifyError> {
        if token.len() > max_bytes {
            return Err(VerifyError::TokenTooLong);
        }
        let segments = split_segments(token)?;
        buffer.resize(segments.iter().map(|segment| decoded_len_estimate(segment.len())).sum(), 0);
        let [header, payload, signature] = segments;
        let (header_text, rest) = decode_text(header, buffer)?;
        let (payload_text, rest) = decode_text(payload, rest)?;
        let (signature, _) = decode(signature, rest)?;
        Ok(Self {
            signing_input: &token[..header.len() + 1 + payload.len()],
            header: header_text,
            payload: payload_text,
            signature,
        })
    }
}

/// Splits at the first and the last dot. [`decode`] rejects a dot between them: it looks at every byte anyway.
fn split_segments(token: &str) -> Result<[&str; 3], VerifyError> {
    let (header, rest) = token.split_once('.').ok_or(VerifyError::NotCompactJws)?;
    let (payload, signature) = rest.rsplit_once('.').ok_or(VerifyError::NotCompactJws)?;
    Ok([header, payload, signature])
}

fn decode_text<'b>(segment: &str, buffer: &'b mut [u8]) -> Result<(&'b str, &'b mut [u8]), VerifyError> {
    let (bytes, rest) = decode(segment, buffer)?;
    Ok((str::from_utf8(bytes).map_err(|_| VerifyError::InvalidUtf8)?, rest))
}

/// Returns the decoded bytes, at the start of `buffer`, and what remains of it.
///
/// The decoder rejects padding and non-zero bits after the last byte (RFC 4648 §3.5), so an accepted token has exactly one
/// spelling.
fn decode<'b>(segment: &str, buffer: &'b mut [u8]) -> Result<(&'b [u8], &'b mut [u8]), VerifyError> {
    let length = URL_SAFE_NO_PAD
        .decode_slice(segment, buffer)
        .map_err(|_| if segment.contains('.') { VerifyError::NotCompactJws } else { VerifyError::InvalidBase64Url })?;
    let (decoded, rest) = buffer.split_at_mut(length);
    Ok((decoded, rest))
}
