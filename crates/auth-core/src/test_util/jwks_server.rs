//! An HTTP server for a JWK Set or another document of an issuer.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// An HTTP server for one document on a free port of 127.0.0.1, with its own threads. It stops when it is dropped.
///
/// ```
/// use auth_core::test_util::{JwksServer, ServerFault, TestIssuer};
/// use auth_core::{Algorithm, RemoteJwkSet, RemoteJwkSetOptions, Verifier};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut issuer = TestIssuer::new(Algorithm::EdDsa);
/// let server = JwksServer::start(&issuer.document())?;
/// let keys = RemoteJwkSet::new(server.url(), RemoteJwkSetOptions::new().cooldown_seconds(1))?;
/// let verifier = Verifier::new(keys, issuer.validation())?;
/// assert!(verifier.verify(&issuer.access_token("ann").sign()).await.is_ok());
///
/// // Rotate the key, or make the server fail.
/// issuer.rotate(Algorithm::EdDsa);
/// server.serve(&issuer.document());
/// server.fail(ServerFault::Status(500));
/// assert_eq!(server.requests(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct JwksServer {
    url: String,
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// A failure of the server.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ServerFault {
    /// Responds with this status and an empty object.
    Status(u16),
    /// Responds with 200 and this body.
    Body(String),
    /// Redirects to this URL with 302.
    Redirect(String),
    /// Closes the connection after the request.
    HangUp,
    /// Sends the head, then one space a second.
    Slow,
}

#[derive(Debug)]
struct Shared {
    document: Mutex<String>,
    entity_tag: Mutex<Option<String>>,
    fault: Mutex<Option<ServerFault>>,
    requests: AtomicUsize,
    heads: Mutex<Vec<String>>,
    stopped: AtomicBool,
}

impl JwksServer {
    /// Starts a server for this document.
    pub fn start(document: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            document: Mutex::new(document.to_owned()),
            entity_tag: Mutex::new(None),
            fault: Mutex::new(None),
            requests: AtomicUsize::new(0),
            heads: Mutex::new(Vec::new()),
            stopped: AtomicBool::new(false),
        });
        let url = format!("http://{address}/api/auth/jwks");
        let server = Self { url, address, shared: Arc::clone(&shared) };
        thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(stream) = stream {
                    let shared = Arc::clone(&shared);
                    // An error means that the client closed the connection.
                    thread::spawn(move || drop(shared.respond_to(stream)));
                }
            }
        });
        Ok(server)
    }

    /// The URL of the document.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Serves another document from now on, without a fault.
    pub fn serve(&self, document: &str) {
        document.clone_into(&mut self.shared.document.lock().unwrap_or_else(PoisonError::into_inner));
        *self.shared.entity_tag.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.shared.set_fault(None);
    }

    /// Like [`serve`](Self::serve), with an `ETag` (RFC 9110 §8.8.3): a request with this value in `If-None-Match` gets 304.
    pub fn serve_with_entity_tag(&self, document: &str, entity_tag: &str) {
        self.serve(document);
        *self.shared.entity_tag.lock().unwrap_or_else(PoisonError::into_inner) = Some(entity_tag.to_owned());
    }

    /// Fails in this way from now on.
    pub fn fail(&self, fault: ServerFault) {
        self.shared.set_fault(Some(fault));
    }

    /// The number of requests so far.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::SeqCst)
    }

    /// The heads of all requests so far, as received.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        self.shared.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for JwksServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees the flag.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn set_fault(&self, fault: Option<ServerFault>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    fn respond_to(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let head = read_head(&mut stream)?;
        let entity_tag = self.entity_tag.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_known = entity_tag.as_ref().is_some_and(|tag| head.contains(&format!("if-none-match: {tag}\r\n")));
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).push(head);
        self.requests.fetch_add(1, Ordering::SeqCst);
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match fault {
            None if is_known => respond(&mut stream, 304, "", ""),
            None => {
                let fields = entity_tag.map(|tag| format!("etag: {tag}\r\n")).unwrap_or_default();
                let document = self.document.lock().unwrap_or_else(PoisonError::into_inner).clone();
                respond(&mut stream, 200, &fields, &document)
            }
            Some(ServerFault::Status(status)) => respond(&mut stream, status, "", "{}"),
            Some(ServerFault::Body(body)) => respond(&mut stream, 200, "", &body),
            Some(ServerFault::Redirect(to)) => respond(&mut stream, 302, &format!("location: {to}\r\n"), ""),
            Some(ServerFault::HangUp) => Ok(()),
            Some(ServerFault::Slow) => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")?;
                while !self.stopped.load(Ordering::SeqCst) {
                    stream.write_all(b" ")?;
                    thread::sleep(Duration::from_secs(1));
                }
                Ok(())
            }
        }
    }
}

fn read_head(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn respond(stream: &mut TcpStream, status: u16, fields: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(stream, "HTTP/1.1 {status} x\r\n{fields}content-type: application/json\r\ncontent-length: {length}\r\n")?;
    write!(stream, "connection: close\r\n\r\n{body}")
}
