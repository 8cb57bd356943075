//! The built-in fetcher: one GET request with reqwest.

use std::time::Duration;

use reqwest::header::{ACCEPT, ETAG, IF_NONE_MATCH};
use reqwest::{Client, ClientBuilder, Response, StatusCode, Url, redirect};

use super::{DocumentFetcher, FetchError, FetchFuture, FetchRequest, FetchResponse};
use crate::ConfigError;

pub(crate) struct HttpClient(Client);

impl HttpClient {
    /// A client for this URL, with a limit of the duration from connecting to the last byte.
    pub(crate) fn for_url(url: &Url, timeout: Duration) -> Result<Self, ConfigError> {
        // Root certificates are loaded for https only: a small container may have none.
        let builder = builder(timeout);
        let builder = if url.scheme() == "https" { builder.https_only(true) } else { builder.tls_certs_only([]) };
        builder.build().map(Self).map_err(|_| ConfigError::HttpClient)
    }

    /// A client for the metadata of an issuer at this URL, and for the URLs in them. An issuer on a loopback host may refer to https.
    pub(crate) fn for_issuer(url: &Url, timeout: Duration) -> Result<Self, ConfigError> {
        if url.scheme() == "https" {
            return Self::for_url(url, timeout);
        }
        builder(timeout).build().map(Self).or_else(|_| Self::for_url(url, timeout))
    }

    async fn get(&self, request: FetchRequest<'_>) -> Result<FetchResponse, FetchError> {
        let mut get = self.0.get(request.url).header(ACCEPT, request.accept);
        if let Some(entity_tag) = request.entity_tag {
            get = get.header(IF_NONE_MATCH, entity_tag);
        }
        let response = get.send().await.map_err(|error| fetch_error(&error))?;
        match response.status() {
            StatusCode::OK => {
                let entity_tag = response.headers().get(ETAG).and_then(|value| value.to_str().ok()).map(str::to_owned);
                Ok(FetchResponse::Document { body: read_body(response, request.max_bytes).await?, entity_tag })
            }
            StatusCode::NOT_MODIFIED if request.entity_tag.is_some() => Ok(FetchResponse::NotModified),
            status => Err(FetchError::Status(status.as_u16())),
        }
    }
}

impl DocumentFetcher for HttpClient {
    fn fetch<'f>(&'f self, request: FetchRequest<'f>) -> FetchFuture<'f> {
        Box::pin(self.get(request))
    }
}

fn builder(timeout: Duration) -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("auth-core/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(timeout)
        // An idle connection belongs to the runtime that opened it and would not outlive it.
        .pool_max_idle_per_host(0)
}

async fn read_body(mut response: Response, max_bytes: usize) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| fetch_error(&error))? {
        if body.len() + chunk.len() > max_bytes {
            return Err(FetchError::BodyTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn fetch_error(error: &reqwest::Error) -> FetchError {
    if error.is_timeout() { FetchError::Timeout } else { FetchError::Connection }
}
