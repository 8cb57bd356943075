use std::{future::Future, io, net::TcpListener, time::Duration};

use actix_web::{HttpServer, dev::Server};

use crate::{Api, app};

/// How long the head of a request may take to arrive.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long running requests may take to finish once the server stops, in seconds.
const GRACE: u64 = 15;

/// Serves the API on this listener until `stop` is ready, then finishes what is running, for 15 seconds at most. The
/// returned future does the serving.
pub fn serve(listener: TcpListener, api: Api, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<Server> {
    let server = HttpServer::new(move || app(&api))
        .client_request_timeout(HEAD_DEADLINE)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(GRACE)
        .shutdown_signal(stop)
        .listen(listener)?
        .run();
    Ok(server)
}
