use std::{future::Future, io, net::TcpListener, num::NonZeroUsize, thread::available_parallelism, time::Duration};

use actix_http::{HttpService, Protocol};
use actix_service::{ServiceFactoryExt as _, fn_service, map_config};
use actix_web::{
    dev::{AppConfig, Server},
    rt::net::TcpStream,
};

use crate::{
    ApiConfig, app,
    response_timeout::{ResponseTimeoutStream, set_listener_options},
};

/// Time in which the head of a request must arrive.
const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Time for which an idle connection is kept open.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Time in which the closing of a connection must complete; the default of actix-web.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// More workers than this are not supported by actix-server.
const MAX_WORKERS: usize = 512;

/// Limits on connections and slow clients, and the time to stop. The default values are those of the product.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// Connections that are open at the same time, of all workers together: 10,000. Further clients wait in the queue of
    /// the listener. Each worker has an equal share, so up to one less for each worker are possible.
    pub max_connections: NonZeroUsize,
    /// Time in which the peer of a connection with an unfinished response must take at least one byte: 30 s. Linux only.
    pub response_progress_timeout: Duration,
    /// Time for which a connection may have unsent bytes without ever being drained: 60 s.
    pub response_total_timeout: Duration,
    /// Whole seconds that running requests get to finish at shutdown: 15.
    pub shutdown_timeout_seconds: u64,
}

impl Default for ServerOptions {
    fn default() -> Self {
        const MAX_CONNECTIONS: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();
        Self {
            max_connections: MAX_CONNECTIONS,
            response_progress_timeout: Duration::from_secs(30),
            response_total_timeout: Duration::from_mins(1),
            shutdown_timeout_seconds: 15,
        }
    }
}

/// Serves the API on this listener until `shutdown` completes, then finishes running requests within the time of
/// `options`. The server runs while the returned future is polled.
///
/// # Errors
///
/// The listener cannot be used.
pub fn serve<S: Future<Output = ()> + Send + 'static>(
    listener: TcpListener,
    config: ApiConfig,
    options: &ServerOptions,
    shutdown: S,
) -> io::Result<impl Future<Output = io::Result<()>> + use<S>> {
    set_listener_options(&listener, options.response_progress_timeout)?;
    let events = config.security_events.clone();
    let total_timeout = options.response_total_timeout;
    // actix-server limits the connections of each worker.
    let workers =
        available_parallelism().map_or(1, NonZeroUsize::get).min(options.max_connections.get()).min(MAX_WORKERS);
    let builder = Server::build()
        .workers(workers)
        .max_concurrent_connections(options.max_connections.get() / workers)
        .shutdown_timeout(options.shutdown_timeout_seconds)
        .shutdown_signal(shutdown);
    let shutdown_signal = builder.graceful_shutdown_signal();
    // What `actix_web::HttpServer` does, with another type of connection.
    let server = builder
        .listen("api", listener, move || {
            let (shutdown_signal, events) = (shutdown_signal.clone(), config.security_events.clone());
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let signal = shutdown_signal.clone();
                    async move { signal.notified().await }
                })
                .client_request_timeout(REQUEST_HEAD_TIMEOUT)
                .client_disconnect_timeout(DISCONNECT_TIMEOUT)
                .keep_alive(KEEP_ALIVE)
                .finish(map_config(app(&config), |()| AppConfig::default()));
            fn_service(move |stream: TcpStream| {
                let events = events.clone();
                async move {
                    let peer = stream.peer_addr().ok();
                    let ip = peer.map(|address| address.ip());
                    Ok((ResponseTimeoutStream::new(stream, ip, total_timeout, events), Protocol::Http1, peer))
                }
            })
            .and_then(http)
        })?
        .run();
    Ok(async move {
        let writer = tokio::spawn(events.clone().write_counts());
        let result = server.await;
        writer.abort();
        events.write_all_counts();
        result
    })
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use actix_web::rt::{
        spawn,
        time::{sleep, timeout},
    };
    use auth_core::test_util;
    use todo_store::test_util::TestDatabase;
    use tokio::sync::oneshot;

    use super::*;
    use crate::{
        Authorizer, SecurityEvents, UserLimits,
        security_events::{SecurityEvent, WINDOW},
    };

    #[test]
    fn default_times_for_reading_a_response_are_30_and_60_seconds() {
        let ServerOptions { response_progress_timeout, response_total_timeout, .. } = ServerOptions::default();
        assert_eq!([response_progress_timeout, response_total_timeout], [30, 60].map(Duration::from_secs));
    }

    #[actix_web::test]
    async fn counts_of_security_events_are_written_while_the_server_runs() {
        let database = TestDatabase::sqlite();
        let authorizer = Authorizer::new(test_util::verifier(), database.store().await, UserLimits::default());
        let events = SecurityEvents::default();
        let config = ApiConfig { authorizer, allowed_origins: Vec::new(), security_events: events.clone() };
        let ended = Instant::now().checked_sub(WINDOW).unwrap();
        events.record(SecurityEvent::RESPONSE_TIMEOUT, None, None, None, ended);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server =
            serve(listener, config, &ServerOptions::default(), async { stopped.await.unwrap_or_default() }).unwrap();
        let server = spawn(server);
        let written = async {
            while events.open_windows() > 0 {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(30), written).await.unwrap();
        drop(stop);
        server.await.unwrap().unwrap();
    }
}
