use std::fs;

use crate::BoxError;

/// Reads the file that wrk's script reads as well: one request per line, with method, path, token and body separated by tabs.
pub(crate) fn load_requests(file: &str) -> Result<Vec<Vec<u8>>, BoxError> {
    fs::read_to_string(file)?
        .lines()
        .map(|line| format_request(line).ok_or_else(|| "a malformed request".into()))
        .collect()
}

fn format_request(line: &str) -> Option<Vec<u8>> {
    let mut fields = line.split('\t');
    let (method, path, token, body) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n");
    let text = match body {
        "" => format!("{head}\r\n"),
        _ => format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
    };
    Some(text.into_bytes())
}
