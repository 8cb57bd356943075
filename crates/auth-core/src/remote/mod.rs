//! Documents of the issuer that are fetched over HTTP (feature `remote`): its JWK Set and its list of revocations.

mod fetcher;
mod http_client;
pub(crate) mod url;

pub use fetcher::{DocumentFetcher, FetchError, FetchFuture, FetchRequest, FetchResponse};
pub(crate) use http_client::HttpClient;
