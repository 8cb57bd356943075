use std::{future::Future, io, process};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::info;

/// Ready at the first Ctrl-C or SIGTERM, after which running requests may finish. A second Ctrl-C ends the process at
/// once, with the status that a shell gives to an interrupted one.
pub(crate) fn signalled() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        info!("stopping: running requests may finish, a second Ctrl-C ends them at once");
        tokio::spawn(at_once(interrupt));
    })
}

async fn at_once(mut interrupt: Signal) {
    interrupt.recv().await;
    process::exit(130);
}
