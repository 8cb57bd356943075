use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use reqwest::StatusCode;

use super::{block_on, http_client};
use crate::settings::Settings;

const READINESS_TIMEOUT: Duration = Duration::from_secs(3);

/// Fails unless the server answers `GET /readyz` with 200.
pub(crate) fn healthcheck(settings: &Settings) -> anyhow::Result<()> {
    let http = &settings.http;
    let address = (http.host.as_str(), http.port).to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    let address = loopback_if_unspecified(address.with_context(|| format!("HOST {:?} is not an address", http.host))?);
    let url = format!("http://{address}/readyz");
    let status = block_on(async {
        let response = http_client(READINESS_TIMEOUT)?.get(url).send().await;
        Ok(response.with_context(|| format!("no response from {address}"))?.status())
    })?;
    ensure!(status == StatusCode::OK, "the server at {address} is not ready: it responded with {status}");
    Ok(())
}

/// A server that listens on all addresses is reachable at the loopback address.
fn loopback_if_unspecified(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unspecified_address_becomes_the_loopback_of_its_family() {
        for (address, reachable) in
            [("0.0.0.0:8000", "127.0.0.1:8000"), ("[::]:8000", "[::1]:8000"), ("192.0.2.1:80", "192.0.2.1:80")]
        {
            assert_eq!(loopback_if_unspecified(address.parse().unwrap()), reachable.parse().unwrap());
        }
    }
}
