use std::{future::Future, io, net::TcpListener, time::Duration};

use actix_web::{HttpServer, dev::Server};

use crate::{ApiConfig, app};

/// Time in which the head of a request must arrive.
const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Time for which an idle connection is kept open.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Time that running requests get to finish at shutdown.
const SHUTDOWN_TIMEOUT_SECONDS: u64 = 15;

/// Serves the API on this listener until `shutdown` completes, then finishes running requests within 15 seconds. The
/// server runs while the returned future is polled.
///
/// # Errors
///
/// The listener cannot be used.
pub fn serve(
    listener: TcpListener,
    config: ApiConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<Server> {
    let server = HttpServer::new(move || app(&config))
        .client_request_timeout(REQUEST_HEAD_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(SHUTDOWN_TIMEOUT_SECONDS)
        .shutdown_signal(shutdown)
        .listen(listener)?
        .run();
    Ok(server)
}
