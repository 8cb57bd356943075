//! The server on real sockets: slow readers, connections, shutdown.

use std::{fs, net::SocketAddr, num::NonZeroUsize, time::Duration};

use actix_web::rt::{
    net::TcpStream,
    spawn,
    task::JoinHandle,
    time::{sleep, timeout},
};
use api_http::{ServerOptions, serve};
use auth_core::test_util;
use todo_store::test_util::TestDatabase;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpSocket,
    sync::oneshot,
};

use crate::support::{NO_RATE_LIMIT, config};

/// Bound of every wait in these tests.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes that the kernel keeps for a client that does not read; less than a page of tasks.
const CLIENT_BUFFER: u32 = 4096;

struct TestServer {
    address: SocketAddr,
    shutdown: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
    _database: TestDatabase,
}

impl TestServer {
    async fn start(options: ServerOptions) -> Self {
        let database = TestDatabase::sqlite();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (shutdown, is_shut_down) = oneshot::channel();
        let config = config(&database, NO_RATE_LIMIT, &[]).await;
        let server = serve(listener, config, &options, async move { is_shut_down.await.unwrap_or_default() }).unwrap();
        let running = spawn(async move { server.await.unwrap() });
        Self { address, shutdown: Some(shutdown), running, _database: database }
    }

    /// Gives the user tasks whose list is longer than all buffers on the way to a client that does not read.
    async fn create_large_tasks(&self, user: &str) {
        let body = serde_json::json!({ "title": "large", "description": "😀".repeat(5000) }).to_string();
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        for _ in 0..20 {
            let length = body.len();
            let head = head("POST", user, &format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"));
            stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            assert!(read_response(&mut stream).await.starts_with("HTTP/1.1 201"));
        }
    }

    /// Sends a request for the user's list over a connection with small buffers, and reads nothing.
    async fn request_list(&self, user: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(CLIENT_BUFFER).unwrap();
        let mut stream = socket.connect(self.address).await.unwrap();
        stream.write_all(head("GET", user, "").as_bytes()).await.unwrap();
        stream
    }

    /// The server's ends of connections that are open.
    fn open_connections(&self) -> usize {
        const ESTABLISHED: &str = "01";
        let port = format!(":{:04X}", self.address.port());
        let table = fs::read_to_string("/proc/net/tcp").unwrap();
        let columns = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        columns.filter(|columns| columns[1].ends_with(&port) && columns[3] == ESTABLISHED).count()
    }

    async fn wait_for_open_connections(&self, expected: usize) {
        wait_until(&format!("{expected} connections are open"), async || self.open_connections() == expected).await;
    }

    async fn stop(mut self) {
        self.shutdown.take().unwrap().send(()).unwrap();
        timeout(TIMEOUT, self.running).await.unwrap().unwrap();
    }
}

fn head(method: &str, user: &str, fields: &str) -> String {
    let token = test_util::access_token(user);
    format!("{method} /api/{user}/tasks HTTP/1.1\r\nHost: todo.test\r\nAuthorization: Bearer {token}\r\n{fields}\r\n")
}

/// Reads one response with a `Content-Length`.
async fn read_response(stream: &mut TcpStream) -> String {
    let mut response = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&response);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() == length.parse::<usize>().unwrap() {
                return text.into_owned();
            }
        }
        assert_ne!(timeout(TIMEOUT, stream.read_buf(&mut response)).await.unwrap().unwrap(), 0, "the connection ended");
    }
}

async fn wait_until(expectation: &str, condition: impl AsyncFn() -> bool) {
    let poll = async {
        while !condition().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(TIMEOUT, poll).await.unwrap_or_else(|_| panic!("timed out: {expectation}"));
}

/// With one of the two times far beyond [`TIMEOUT`], so that a test observes the other one.
fn options(progress: Duration, total: Duration) -> ServerOptions {
    ServerOptions { response_progress_timeout: progress, response_total_timeout: total, ..ServerOptions::default() }
}

const NEVER: Duration = Duration::from_hours(1);

async fn assert_readers_that_stall_are_disconnected(options: ServerOptions) {
    let server = TestServer::start(options).await;
    server.create_large_tasks("ann").await;
    server.wait_for_open_connections(0).await;
    let mut stalled = Vec::new();
    for _ in 0..5 {
        stalled.push(server.request_list("ann").await);
    }
    server.wait_for_open_connections(5).await;
    server.wait_for_open_connections(0).await;
    for stream in &mut stalled {
        let mut received = Vec::new();
        let end = timeout(TIMEOUT, stream.read_to_end(&mut received)).await.unwrap();
        assert!(end.is_err() && received.len() < 100_000, "{end:?} after {} bytes", received.len());
    }
    server.stop().await;
}

#[actix_web::test]
async fn reader_without_progress_is_disconnected_after_the_progress_timeout() {
    assert_readers_that_stall_are_disconnected(options(Duration::from_secs(1), NEVER)).await;
}

#[actix_web::test]
async fn reader_without_progress_is_disconnected_after_the_total_timeout() {
    assert_readers_that_stall_are_disconnected(options(NEVER, Duration::from_secs(1))).await;
}

#[actix_web::test]
async fn reader_of_a_few_bytes_at_a_time_is_disconnected_after_the_total_timeout() {
    let server = TestServer::start(options(NEVER, Duration::from_secs(2))).await;
    server.create_large_tasks("ann").await;
    let mut stream = server.request_list("ann").await;
    let (mut received, mut buffer) = (0, [0; 2048]);
    let end = async {
        loop {
            match stream.read(&mut buffer).await {
                Ok(0) => panic!("the response is complete after {received} bytes"),
                Ok(length) => received += length,
                Err(error) => return error.kind(),
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    let end = timeout(TIMEOUT, end).await.expect("the connection ends");
    assert_eq!(end, std::io::ErrorKind::ConnectionReset);
    assert!(received < 400_000, "{received} bytes");
    server.stop().await;
}

#[actix_web::test]
async fn reader_that_pauses_for_less_than_the_timeouts_receives_the_response() {
    let server = TestServer::start(options(Duration::from_secs(20), Duration::from_secs(20))).await;
    server.create_large_tasks("ann").await;
    let mut stream = server.request_list("ann").await;
    sleep(Duration::from_secs(1)).await;
    assert!(read_response(&mut stream).await.len() > 200_000);
    server.stop().await;
}

#[actix_web::test]
async fn connection_that_was_drained_is_kept_open_beyond_the_timeouts() {
    let server = TestServer::start(options(Duration::from_secs(2), Duration::from_secs(2))).await;
    server.create_large_tasks("ann").await;
    let mut stream = server.request_list("ann").await;
    read_response(&mut stream).await;
    sleep(Duration::from_secs(4)).await;
    stream.write_all(head("GET", "ann", "").as_bytes()).await.unwrap();
    assert!(read_response(&mut stream).await.starts_with("HTTP/1.1 200"));
    server.stop().await;
}

#[actix_web::test]
async fn reader_without_progress_does_not_delay_the_shutdown_beyond_its_timeout() {
    let options = ServerOptions { shutdown_timeout_seconds: 1, ..options(NEVER, NEVER) };
    let server = TestServer::start(options).await;
    server.create_large_tasks("ann").await;
    let _stalled = server.request_list("ann").await;
    server.wait_for_open_connections(1).await;
    server.stop().await;
}

#[actix_web::test]
async fn connection_beyond_the_maximum_is_served_once_another_one_closes() {
    let max_connections = NonZeroUsize::new(2).unwrap();
    let server = TestServer::start(ServerOptions { max_connections, ..ServerOptions::default() }).await;
    let (mut first, mut second) = (server.request_list("ann").await, server.request_list("ann").await);
    read_response(&mut first).await;
    read_response(&mut second).await;
    let mut third = server.request_list("ann").await;
    let response = read_response(&mut third);
    let mut response = std::pin::pin!(response);
    assert!(timeout(Duration::from_millis(500), &mut response).await.is_err(), "a third connection is served");
    drop(first);
    assert!(timeout(TIMEOUT, response).await.unwrap().starts_with("HTTP/1.1 200"));
    server.stop().await;
}
