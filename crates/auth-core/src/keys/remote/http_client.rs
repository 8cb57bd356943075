//! The built-in fetcher: one GET request with reqwest.

use std::pin::Pin;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::{Client, StatusCode, Url, redirect};

use super::fetcher::{FETCH_TIMEOUT, FetchError, JwkSetFetcher};
use crate::ConfigError;
use crate::keys::jwk_set::JwkSet;

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
            // An idle connection belongs to the runtime that opened it and would not outlive it.
            .pool_max_idle_per_host(0);
        // Root certificates are loaded for https only: a small container may have none.
        let builder = if url.scheme() == "https" { builder.https_only(true) } else { builder.tls_certs_only([]) };
        builder.build().map(Self).map_err(|_| ConfigError::HttpClient)
    }

    async fn get(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        let mut response = self.0.get(url).send().await.map_err(|error| fetch_error(&error))?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| fetch_error(&error))? {
            if body.len() + chunk.len() > JwkSet::MAX_BYTES {
                return Err(FetchError::BodyTooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl JwkSetFetcher for HttpClient {
    fn fetch<'f>(&'f self, url: &'f str) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'f>> {
        Box::pin(self.get(url))
    }
}

fn fetch_error(error: &reqwest::Error) -> FetchError {
    if error.is_timeout() { FetchError::Timeout } else { FetchError::Connection }
}
