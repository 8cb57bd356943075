//! A minimal HTTP/1.1 client that sends header fields unchanged.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) struct Client(pub(crate) SocketAddr);

pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: String,
}

impl HttpResponse {
    /// All values of a header field, by its name in lower case.
    pub(crate) fn field(&self, name: &str) -> Vec<&str> {
        self.fields.iter().filter(|(n, _)| n == name).map(|(_, value)| &**value).collect()
    }
}

impl Client {
    pub(crate) async fn get(&self, target: &str, fields: &[String]) -> HttpResponse {
        self.send("GET", target, fields, "").await
    }

    pub(crate) async fn send(&self, method: &str, target: &str, fields: &[String], body: &str) -> HttpResponse {
        let fields: String = fields.iter().flat_map(|field| [field, "\r\n"]).collect();
        let length = body.len();
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{fields}\r\n{body}"
        );
        let mut stream = TcpStream::connect(self.0).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        parse_response(&response)
    }
}

fn parse_response(response: &str) -> HttpResponse {
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let fields = lines.map(|line| line.split_once(": ").unwrap()).map(|(n, v)| (n.to_lowercase(), v.to_owned()));
    HttpResponse { status, fields: fields.collect(), body: body.to_owned() }
}
