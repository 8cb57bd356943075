use std::{net::IpAddr, str::FromStr};

use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};
use ipnet::IpNet;

/// Addresses of proxies whose `X-Forwarded-For` is believed: one address, or a network in CIDR notation.
///
/// ```
/// use api_http::{TrustedProxy, TrustedProxyError};
///
/// assert!("127.0.0.1".parse::<TrustedProxy>().is_ok());
/// assert!("10.0.0.0/8".parse::<TrustedProxy>().is_ok());
/// assert_eq!("proxy.example".parse::<TrustedProxy>(), Err(TrustedProxyError));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrustedProxy(IpNet);

/// The text is neither an address nor a network.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a proxy is an IP address such as 10.0.0.7 or a network such as 10.0.0.0/8; several are separated by commas")]
pub struct TrustedProxyError;

impl FromStr for TrustedProxy {
    type Err = TrustedProxyError;

    fn from_str(text: &str) -> Result<Self, TrustedProxyError> {
        let network = text.parse().or_else(|_| text.parse().map(|address: IpAddr| IpNet::from(address.to_canonical())));
        network.map(Self).map_err(|_| TrustedProxyError)
    }
}

/// The client of a request: the rightmost address of `X-Forwarded-For` that is no trusted proxy, because each proxy
/// appends the address that it has received from. The peer itself if it is not trusted, or if there is no such address.
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[TrustedProxy]) -> IpAddr {
    let peer = peer.to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|TrustedProxy(network)| network.contains(&address));
    if !is_trusted(peer) {
        return peer;
    }
    // A value that is no address ends the search: what is left of it was not written by a trusted proxy.
    let values = headers.get_all(X_FORWARDED_FOR).map(|value| value.to_str().unwrap_or_default()).collect::<Vec<_>>();
    let addresses =
        values.iter().rev().flat_map(|value| value.rsplit(',')).map_while(|text| parse_address(text.trim()));
    addresses.into_iter().find(|address| !is_trusted(*address)).unwrap_or(peer)
}

/// An address, maybe with a port as some proxies write it.
fn parse_address(text: &str) -> Option<IpAddr> {
    let address = text.parse().or_else(|_| text.parse().map(|address: std::net::SocketAddr| address.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn client(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_static(value));
        }
        let trusted: Vec<_> = trusted.iter().map(|proxy| proxy.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn client_address_without_a_trusted_proxy_is_the_peer() {
        assert_eq!(client("192.0.2.1", &["198.51.100.7"], &[]), "192.0.2.1");
        assert_eq!(client("192.0.2.1", &["198.51.100.7"], &["10.0.0.0/8"]), "192.0.2.1");
        assert_eq!(client("::ffff:192.0.2.1", &[], &[]), "192.0.2.1");
    }

    #[test]
    fn client_address_behind_trusted_proxies_is_the_rightmost_other_one() {
        let trusted = ["10.0.0.0/8", "::1"];
        assert_eq!(client("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.0.0.2"], &trusted), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["203.0.113.9", "198.51.100.7"], &trusted), "198.51.100.7");
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.7:4711"], &trusted), "198.51.100.7");
        assert_eq!(client("::1", &["2001:db8::7"], &trusted), "2001:db8::7");
        assert_eq!(client("::1", &["[2001:db8::7]:443"], &trusted), "2001:db8::7");
    }

    #[test]
    fn client_address_from_an_invalid_header_is_the_peer() {
        for forwarded in ["", "unknown", "198.51.100.7, unknown", "198.51.100.7,", "10.0.0.2, 10.0.0.3"] {
            assert_eq!(client("10.0.0.1", &[forwarded], &["10.0.0.0/8"]), "10.0.0.1", "{forwarded}");
        }
        assert_eq!(client("10.0.0.1", &[], &["10.0.0.0/8"]), "10.0.0.1");
    }

    #[test]
    fn trusted_proxy_that_is_no_address_is_rejected() {
        for text in ["", "*", "localhost", "10.0.0.0/33", "10.0.0.1:80", "10.0.0.1/", "::1/129", "10.0.0.1 10.0.0.2"] {
            assert_eq!(text.parse::<TrustedProxy>(), Err(TrustedProxyError), "{text:?}");
        }
    }
}
