//! The interface to an HTTP client.

use std::pin::Pin;

/// Fetches the documents of an issuer: a JWK Set, its metadata, or a list of revocations. The built-in implementation uses reqwest; implement
/// this trait to use another client.
///
/// An implementation must follow no redirects, limit the length of the body and send no credentials. The caller limits the
/// duration.
///
/// ```
/// use auth_core::{DocumentFetcher, FetchError, FetchFuture, FetchRequest};
///
/// struct Unreachable;
///
/// impl DocumentFetcher for Unreachable {
///     fn fetch<'f>(&'f self, _request: FetchRequest<'f>) -> FetchFuture<'f> {
///         Box::pin(async { Err(FetchError::Connection) })
///     }
/// }
/// ```
pub trait DocumentFetcher: Send + Sync + 'static {
    /// Returns the body of a response with status 200, at most [`FetchRequest::max_bytes`] bytes, or
    /// [`FetchResponse::NotModified`] for a response with status 304.
    fn fetch<'f>(&'f self, request: FetchRequest<'f>) -> FetchFuture<'f>;
}

/// What [`DocumentFetcher::fetch`] returns.
pub type FetchFuture<'f> = Pin<Box<dyn Future<Output = Result<FetchResponse, FetchError>> + Send + 'f>>;

/// A GET request for a document.
#[derive(Clone, Copy, Debug)]
pub struct FetchRequest<'f> {
    pub(crate) url: &'f str,
    pub(crate) accept: &'static str,
    pub(crate) entity_tag: Option<&'f str>,
    pub(crate) max_bytes: usize,
}

impl<'f> FetchRequest<'f> {
    /// The URL.
    #[must_use]
    pub fn url(&self) -> &'f str {
        self.url
    }

    /// The value of `Accept` (RFC 9110 §12.5.1).
    #[must_use]
    pub fn accept(&self) -> &'static str {
        self.accept
    }

    /// The value of `If-None-Match` (RFC 9110 §13.1.2), if a document is known: its entity tag.
    #[must_use]
    pub fn entity_tag(&self) -> Option<&'f str> {
        self.entity_tag
    }

    /// The maximum length of the body, in bytes.
    #[must_use]
    pub fn max_bytes(&self) -> usize {
        self.max_bytes
    }
}

/// The response to a [`FetchRequest`].
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FetchResponse {
    /// Status 200.
    Document {
        /// The body.
        body: Vec<u8>,
        /// The value of `ETag` (RFC 9110 §8.8.3), if there is one.
        entity_tag: Option<String>,
    },
    /// Status 304: the document is still the one with the request's [entity tag](FetchRequest::entity_tag).
    NotModified,
}

impl FetchResponse {
    /// A document without an entity tag.
    #[must_use]
    pub fn document(body: impl Into<Vec<u8>>) -> Self {
        Self::Document { body: body.into(), entity_tag: None }
    }
}

/// Why a document was not fetched. The message contains neither the URL nor a part of the response.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FetchError {
    /// The connection failed or was closed, or the certificate is not trusted.
    #[error("the issuer cannot be reached")]
    Connection,
    /// The status is not 200, and not 304 to a conditional request. Redirects are not followed.
    #[error("the issuer answered with status {0}")]
    Status(u16),
    /// The body has more than [`FetchRequest::max_bytes`] bytes.
    #[error("the response is too long")]
    BodyTooLarge,
    /// The response was not complete in time.
    #[error("the issuer took too long")]
    Timeout,
}
