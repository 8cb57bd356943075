//! The URLs that a document may be fetched from.

use std::net::IpAddr;

use reqwest::Url;

/// Accepts https, so that no attacker on the network path can replace a key or hold back a revocation, and http to the loopback
/// interface. An error states what is wrong.
pub(crate) fn parse(text: &str) -> Result<Url, &'static str> {
    let reject = Err;
    let Ok(url) = Url::parse(text) else { return reject("it is not a URL") };
    let Some(host) = url.host_str() else { return reject("it has no host") };
    if !url.username().is_empty() || url.password().is_some() {
        return reject("it contains a user name or a password; remove them");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(host) => Ok(url),
        "http" => reject("http is allowed for loopback hosts only; use https"),
        _ => reject("its scheme is not https"),
    }
}

/// The URL for log output, without its query, which can contain credentials.
pub(crate) fn redacted(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.into()
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}
