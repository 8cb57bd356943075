//! Where a JWK Set may be fetched from.

use std::net::IpAddr;

use reqwest::Url;

use crate::ConfigError;

/// https, so that nobody on the way can put a key of his own in; or http to this very machine.
pub(super) fn parse(text: &str) -> Result<Url, ConfigError> {
    let refuse = |problem| Err(ConfigError::InvalidJwkSetUrl { problem });
    let Ok(url) = Url::parse(text) else { return refuse("it cannot be read") };
    let Some(host) = url.host_str() else { return refuse("it names no host") };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("it holds a user name or a password, and a key set needs none");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(host) => Ok(url),
        "http" => refuse("http is for loopback hosts only; write https"),
        _ => refuse("its scheme is not https"),
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}
