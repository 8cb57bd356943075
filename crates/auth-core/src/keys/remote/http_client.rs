//! HTTP with reqwest, cut down to one thing: GET this, and nothing else.

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::{Client, StatusCode, Url, redirect};

use super::{FETCH_TIMEOUT, FetchError, Fetching, JwkSetFetcher};
use crate::{ConfigError, JwkSet};

pub(super) struct HttpClient(Client);

impl HttpClient {
    pub(super) fn for_url(url: &Url) -> Result<Self, ConfigError> {
        let accept = HeaderValue::from_static("application/jwk-set+json, application/json");
        let builder = Client::builder()
            .user_agent(concat!("auth-core/", env!("CARGO_PKG_VERSION")))
            .default_headers(HeaderMap::from_iter([(ACCEPT, accept)]))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(FETCH_TIMEOUT)
            // A kept connection belongs to the runtime that made it, and would die with it.
            .pool_max_idle_per_host(0);
        // Without TLS there is nothing that a root certificate could vouch for, and a small container may have none.
        let builder = if url.scheme() == "https" { builder.https_only(true) } else { builder.tls_certs_only([]) };
        builder.build().map(Self).map_err(|_| ConfigError::HttpClient)
    }

    async fn get(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        let mut response = self.0.get(url).send().await.map_err(|error| reason(&error))?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| reason(&error))? {
            if body.len() + chunk.len() > JwkSet::MAX_BYTES {
                return Err(FetchError::BodyTooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl JwkSetFetcher for HttpClient {
    fn fetch<'f>(&'f self, url: &'f str) -> Fetching<'f> {
        Box::pin(self.get(url))
    }
}

fn reason(error: &reqwest::Error) -> FetchError {
    if error.is_timeout() { FetchError::Timeout } else { FetchError::Connection }
}
