use std::{
    io::{Read, Write},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use anyhow::{Context as _, ensure};

use crate::settings::Settings;

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Fails unless the server answers that it is ready.
pub(crate) fn healthcheck(settings: &Settings) -> anyhow::Result<()> {
    let http = &settings.http;
    let address = (http.host.as_str(), http.port).to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    let address = reachable(address.with_context(|| format!("HOST {:?} is no address", http.host))?);
    let answer = ask(address).with_context(|| format!("nothing answers at {address}"))?;
    let status = answer.split(' ').nth(1).unwrap_or_default();
    ensure!(status == "200", "the server at {address} is not ready: it answered {status:?}");
    Ok(())
}

/// One request of two lines needs no HTTP client.
fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    Ok(answer)
}

/// A server that listens everywhere is asked on the loopback address.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    address
}
