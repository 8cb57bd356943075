//! PostgreSQL behind a network or a server that fails.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::ConnectionTrait as _;
use todo_store::{
    Database, OpenError, Store, StoreError,
    test_util::{TestDatabase, new_task, timestamp},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{count, tasks_of_ann};

/// A TCP proxy that forwards to the server, until [`ChaosProxy::blackhole`] discards the bytes of existing connections.
struct ChaosProxy {
    port: u16,
    is_blackholed: Arc<AtomicBool>,
}

impl ChaosProxy {
    async fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_blackholed = Arc::new(AtomicBool::new(false));
        let blackholed = Arc::clone(&is_blackholed);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // Connections that are opened later work.
                let blackholed =
                    if blackholed.load(Ordering::Relaxed) { Arc::default() } else { Arc::clone(&blackholed) };
                let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                let ((client_out, client_in), (server_out, server_in)) = (client.into_split(), server.into_split());
                tokio::spawn(forward(client_out, server_in, Arc::clone(&blackholed)));
                tokio::spawn(forward(server_out, client_in, blackholed));
            }
        });
        Self { port, is_blackholed }
    }

    fn blackhole(&self) {
        self.is_blackholed.store(true, Ordering::Relaxed);
    }
}

async fn forward(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    blackholed: Arc<AtomicBool>,
) {
    let mut buffer = vec![0; 65536];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if !blackholed.load(Ordering::Relaxed) && to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

fn port_of(url: &str) -> u16 {
    let (_, after_host) = url.rsplit_once('@').unwrap().1.split_once(':').unwrap();
    after_host.split('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn blackholed_connections_are_replaced() {
    let test_database = TestDatabase::postgres().await;
    let direct = tasks_of_ann(&test_database.store().await);
    let server = port_of(test_database.url());
    let proxy = ChaosProxy::start(server).await;
    let url = test_database.url().replace(&format!(":{server}/"), &format!(":{}/", proxy.port));
    let store = Store::new(Database::open(&url.parse().unwrap(), 1).await.unwrap());
    tasks_of_ann(&store).create(new_task("before"), timestamp(1)).await.unwrap();

    proxy.blackhole();
    let cancelled =
        timeout(Duration::from_millis(100), tasks_of_ann(&store).create(new_task("lost"), timestamp(1))).await;
    assert!(cancelled.is_err());

    let start = Instant::now();
    while let Err(error) = tasks_of_ann(&store).create(new_task("after"), timestamp(1)).await {
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert!(start.elapsed() < Duration::from_secs(30), "the pool does not recover");
    }
    assert_eq!(count(&direct).await, 2);
}

#[tokio::test]
async fn terminated_connections_are_replaced() {
    let test_database = TestDatabase::postgres().await;
    let (store, url) = (test_database.store().await, test_database.url().parse().unwrap());
    for _ in 0..3 {
        tasks_of_ann(&store).create(new_task("Buy milk"), timestamp(1)).await.unwrap();
        let terminate_others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let administrator = Database::open(&url, 1).await.unwrap();
        administrator.writer().execute_unprepared(terminate_others).await.unwrap();
        let mut failures = 0;
        while let Err(error) = tasks_of_ann(&store).create(new_task("Buy milk"), timestamp(1)).await {
            assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
            failures += 1;
            assert!(failures < 20, "{error:?}");
        }
    }
}

#[tokio::test]
async fn write_to_a_read_only_database_is_unavailable() {
    let test_database = TestDatabase::postgres().await;
    let database = test_database.database().await;
    let name = test_database.url().rsplit('/').next().unwrap().split('?').next().unwrap();
    let read_only = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    database.writer().execute_unprepared(&read_only).await.unwrap();
    let tasks = tasks_of_ann(&Store::new(test_database.open().await));
    assert_eq!(count(&tasks).await, 0);
    assert!(matches!(tasks.create(new_task("Buy milk"), timestamp(1)).await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn unreachable_server_fails_after_retries_without_the_password() {
    let start = Instant::now();
    let url = "postgres://ann:hunter2@127.0.0.1:1/todo".parse().unwrap();
    let OpenError::Server { server, source } = Database::open(&url, 1).await.unwrap_err() else {
        panic!("the error is not about the server");
    };
    assert_eq!(server, "postgres://ann@127.0.0.1:1/todo");
    assert!(source.to_string().contains("refused"), "{source}");
    assert!((4..8).contains(&start.elapsed().as_secs()));
}

#[tokio::test]
async fn server_restart_fails_one_request_not_one_per_connection() {
    let test_database = TestDatabase::postgres().await;
    let database = test_database.database().await;
    let store = Store::new(database.clone());
    let tasks = tasks_of_ann(&store);
    let several: Vec<_> = (0..4).map(|_| tasks_of_ann(&store)).collect();
    let (a, b, c, d) = tokio::join!(count(&several[0]), count(&several[1]), count(&several[2]), count(&several[3]));
    assert_eq!(a + b + c + d, 0);

    let terminate_others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                          WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.writer().execute_unprepared(terminate_others).await.unwrap();
    assert!(matches!(tasks.list(crate::FULL_PAGE).await, Err(StoreError::Unavailable(_))));
    for _ in 0..4 {
        assert_eq!(count(&tasks).await, 0);
    }
}
