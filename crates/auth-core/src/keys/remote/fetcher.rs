//! How a document comes from a URL.

use std::pin::Pin;

/// A document on its way.
pub type Fetching<'f> = Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'f>>;

/// Fetches a JWK Set: over HTTP, unless a service brings a way of its own.
///
/// Whoever implements this answers for what the built-in client takes care of: no redirects, a bounded body, no
/// credentials. The time is bounded by the caller.
pub trait JwkSetFetcher: Send + Sync + 'static {
    /// The body of a good answer, [`JwkSet::MAX_BYTES`](crate::JwkSet::MAX_BYTES) at most.
    fn fetch<'f>(&'f self, url: &'f str) -> Fetching<'f>;
}

/// Why no document came. The message holds neither the URL nor anything of an answer.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FetchError {
    /// No connection, a broken one, or a certificate that is not trusted.
    #[error("the issuer cannot be reached")]
    Connection,
    /// Another status than 200; a redirect is not followed.
    #[error("the issuer answered with status {0}")]
    Status(u16),
    /// More than [`JwkSet::MAX_BYTES`](crate::JwkSet::MAX_BYTES).
    #[error("the issuer's answer is longer than 256 KiB")]
    BodyTooLarge,
    /// Not all there after 5 s.
    #[error("the issuer took longer than 5 s")]
    Timeout,
}
