use std::{future::Future, io, process};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::info;

/// The exit code of a process that SIGINT ended, as shells report it.
const EXIT_INTERRUPTED: i32 = 130;

/// Completes at the first SIGINT (Ctrl-C) or SIGTERM; running requests may then finish. A second SIGINT ends the process
/// immediately.
pub(crate) fn shutdown_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        info!("stopping: running requests may finish, a second Ctrl-C ends them immediately");
        tokio::spawn(exit_on_second_interrupt(interrupt));
    })
}

async fn exit_on_second_interrupt(mut interrupt: Signal) {
    interrupt.recv().await;
    process::exit(EXIT_INTERRUPTED);
}
