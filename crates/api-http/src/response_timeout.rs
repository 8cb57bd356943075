//! A TCP connection that is closed when its peer does not read a response in time.

use std::{
    io,
    net::{IpAddr, TcpListener},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_web::rt::net::TcpStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use crate::security_events::{SecurityEvent, SecurityEvents};

/// Bytes that the kernel accepts for a connection beyond those it may send at once. The rest stays in the response, where
/// [`ResponseTimeoutStream`] and the limit of unfinished responses count it. Without it a connection with a large
/// congestion window holds 4 MB in the kernel (the default maximum of `net.ipv4.tcp_wmem`).
#[cfg(any(target_os = "android", target_os = "linux"))]
const MAX_UNSENT_BYTES_IN_KERNEL: u32 = 32 * 1024;

/// Sets the options that the connections of this listener inherit: the kernel closes a connection whose peer takes no
/// byte for the given time, also while its window is zero (`TCP_USER_TIMEOUT`, RFC 5482), and accepts few unsent bytes.
///
/// Other systems than Linux have no such options. There only the total time of [`ResponseTimeoutStream`] applies.
pub(crate) fn set_listener_options(listener: &TcpListener, progress_timeout: Duration) -> io::Result<()> {
    #[cfg(any(target_os = "android", target_os = "linux"))]
    {
        let socket = socket2::SockRef::from(listener);
        socket.set_tcp_user_timeout(Some(progress_timeout))?;
        socket.set_tcp_notsent_lowat(MAX_UNSENT_BYTES_IN_KERNEL)?;
    }
    #[cfg(not(any(target_os = "android", target_os = "linux")))]
    let _ = (listener, progress_timeout);
    Ok(())
}

/// A connection that fails once it has had unsent bytes for `total_timeout` without ever being drained. A response that is
/// written in parts, each of which the peer takes in time, may last longer.
pub(crate) struct ResponseTimeoutStream {
    stream: TcpStream,
    peer: Option<IpAddr>,
    total_timeout: Duration,
    /// Completes when the unsent bytes are too old. `None` while there are none.
    timer: Option<Pin<Box<Sleep>>>,
    events: SecurityEvents,
}

impl ResponseTimeoutStream {
    pub(crate) fn new(
        stream: TcpStream,
        peer: Option<IpAddr>,
        total_timeout: Duration,
        events: SecurityEvents,
    ) -> Self {
        Self { stream, peer, total_timeout, timer: None, events }
    }

    /// Passes an error on. The kernel's timeout is the error `ETIMEDOUT` of whichever operation comes next.
    fn record_timeout<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            self.events.record_of_connection(SecurityEvent::RESPONSE_TIMEOUT, self.peer);
        }
        result
    }
}

impl AsyncRead for ResponseTimeoutStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let result = ready!(Pin::new(&mut self.stream).poll_read(context, buffer));
        Poll::Ready(self.record_timeout(result))
    }
}

impl AsyncWrite for ResponseTimeoutStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Poll::Ready(result) = Pin::new(&mut self.stream).poll_write(context, bytes) {
            return Poll::Ready(self.record_timeout(result));
        }
        let total_timeout = self.total_timeout;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + total_timeout)));
        ready!(timer.as_mut().poll(context));
        // Closes with a reset, so that the kernel does not keep the unsent bytes for a peer that does not take them.
        let _ = self.stream.set_zero_linger();
        Poll::Ready(self.record_timeout(Err(io::ErrorKind::TimedOut.into())))
    }

    /// actix-http flushes once it has written all bytes that it has: none is unsent then.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.timer = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncWriteExt as _, net};

    use super::*;

    #[actix_web::test]
    async fn peer_that_does_not_read_in_time_is_a_security_event() {
        let listener = net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _client = net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, peer) = listener.accept().await.unwrap();
        let events = SecurityEvents::default();
        let mut stream = ResponseTimeoutStream::new(stream, Some(peer.ip()), Duration::from_millis(50), events.clone());
        let error = loop {
            if let Err(error) = stream.write_all(&[0; 16_384]).await {
                break error;
            }
        };
        assert_eq!((error.kind(), events.open_windows()), (io::ErrorKind::TimedOut, 1));
    }
}
