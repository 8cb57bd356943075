//! PostgreSQL behind a network that fails.

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
    test_util::{TestDatabase, at, new},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

use crate::{anns, count};

/// Passes bytes on to the server, until it is told to swallow them on the connections there are.
struct Network {
    port: u16,
    swallows: Arc<AtomicBool>,
}

impl Network {
    async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let swallows = Arc::new(AtomicBool::new(false));
        let fails = Arc::clone(&swallows);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // Whoever connects after the failure gets through.
                let fails = if fails.load(Ordering::Relaxed) { Arc::default() } else { Arc::clone(&fails) };
                let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                let ((client_out, client_in), (server_out, server_in)) = (client.into_split(), server.into_split());
                tokio::spawn(pass(client_out, server_in, Arc::clone(&fails)));
                tokio::spawn(pass(server_out, client_in, fails));
            }
        });
        Self { port, swallows }
    }

    fn fail(&self) {
        self.swallows.store(true, Ordering::Relaxed);
    }
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    fails: Arc<AtomicBool>,
) {
    let mut buffer = vec![0; 65536];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if !fails.load(Ordering::Relaxed) && to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

fn port_of(url: &str) -> u16 {
    let (_, after_host) = url.rsplit_once('@').unwrap().1.split_once(':').unwrap();
    after_host.split('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn connections_that_the_network_swallowed_are_replaced() {
    let place = TestDatabase::postgres().await;
    let kept = anns(&place.store().await);
    let server = port_of(place.url());
    let network = Network::to(server).await;
    let url = place.url().replace(&format!(":{server}/"), &format!(":{}/", network.port));
    let store = Store::new(Database::open(&url.parse().unwrap(), 1).await.unwrap());
    anns(&store).create(new("before"), at(1)).await.unwrap();
    sleep(Duration::from_millis(100)).await; // until the connection is back in the pool

    network.fail();
    let client_hung_up = timeout(Duration::from_millis(100), anns(&store).create(new("lost"), at(1))).await;
    assert!(client_hung_up.is_err());

    let start = Instant::now();
    while let Err(error) = anns(&store).create(new("after"), at(1)).await {
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert!(start.elapsed() < Duration::from_secs(30), "the pool never recovers");
    }
    assert_eq!(count(&kept).await, 2);
}

#[tokio::test]
async fn a_server_that_throws_everybody_out_is_used_again() {
    let place = TestDatabase::postgres().await;
    let (store, url) = (place.store().await, place.url().parse().unwrap());
    for _ in 0..3 {
        anns(&store).create(new("Buy milk"), at(1)).await.unwrap();
        let everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let administrator = Database::open(&url, 1).await.unwrap();
        administrator.writer().execute_unprepared(everybody).await.unwrap();
        let mut failures = 0;
        while let Err(error) = anns(&store).create(new("Buy milk"), at(1)).await {
            assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
            failures += 1;
            assert!(failures < 20, "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_database_for_reading_only_is_not_available_for_writing() {
    let place = TestDatabase::postgres().await;
    let database = place.database().await;
    let name = place.url().rsplit('/').next().unwrap().split('?').next().unwrap();
    let read_only = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    database.writer().execute_unprepared(&read_only).await.unwrap();
    let tasks = anns(&Store::new(place.open().await));
    assert_eq!(count(&tasks).await, 0);
    assert!(matches!(tasks.create(new("Buy milk"), at(1)).await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_waited_for_a_while_and_named_without_the_password() {
    let start = Instant::now();
    let url = "postgres://ann:hunter2@127.0.0.1:1/todo".parse().unwrap();
    let OpenError::Server { server, source } = Database::open(&url, 1).await.unwrap_err() else {
        panic!("it is the server that is not there");
    };
    assert_eq!(server, "postgres://ann@127.0.0.1:1/todo");
    assert!(source.to_string().contains("refused"), "{source}");
    assert!((4..8).contains(&start.elapsed().as_secs()));
}

#[tokio::test]
async fn a_server_that_went_down_costs_one_request_and_not_one_for_each_connection() {
    let place = TestDatabase::postgres().await;
    let database = place.database().await;
    let store = Store::new(database.clone());
    let tasks = anns(&store);
    let several: Vec<_> = (0..4).map(|_| anns(&store)).collect();
    let (a, b, c, d) = tokio::join!(count(&several[0]), count(&several[1]), count(&several[2]), count(&several[3]));
    assert_eq!(a + b + c + d, 0);

    let everybody_else = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                          WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.writer().execute_unprepared(everybody_else).await.unwrap();
    assert!(matches!(tasks.list(crate::ALL).await, Err(StoreError::Unavailable(_))));
    for _ in 0..4 {
        assert_eq!(count(&tasks).await, 0);
    }
}
