//! The interface between a remote JWK Set and an HTTP client.

use std::pin::Pin;
use std::time::Duration;

/// The maximum duration of one fetch, from connecting to the last byte.
pub(super) const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// Fetches a JWK Set. The built-in implementation uses reqwest; implement this trait to use another client.
///
/// An implementation must follow no redirects, limit the length of the body and send no credentials. The caller limits the
/// duration to 5 s.
///
/// ```
/// use std::pin::Pin;
///
/// use auth_core::{FetchError, JwkSetFetcher};
///
/// struct Unreachable;
///
/// impl JwkSetFetcher for Unreachable {
///     fn fetch<'f>(
///         &'f self,
///         _url: &'f str,
///     ) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'f>> {
///         Box::pin(async { Err(FetchError::Connection) })
///     }
/// }
/// ```
pub trait JwkSetFetcher: Send + Sync + 'static {
    /// Returns the body of a response with status 200, at most [`JwkSet::MAX_BYTES`](crate::JwkSet::MAX_BYTES) bytes.
    fn fetch<'f>(&'f self, url: &'f str) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'f>>;
}

/// Why a JWK Set was not fetched. The message contains neither the URL nor a part of the response.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FetchError {
    /// The connection failed or was closed, or the certificate is not trusted.
    #[error("the issuer cannot be reached")]
    Connection,
    /// The status is not 200. Redirects are not followed.
    #[error("the issuer answered with status {0}")]
    Status(u16),
    /// The body has more than [`JwkSet::MAX_BYTES`](crate::JwkSet::MAX_BYTES) bytes.
    #[error("the response is longer than 256 KiB")]
    BodyTooLarge,
    /// The response was not complete after 5 s.
    #[error("the issuer took longer than 5 s")]
    Timeout,
}
