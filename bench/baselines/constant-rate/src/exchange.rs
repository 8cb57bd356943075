use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    str,
};

use crate::BoxError;

/// Sends one request, reads the whole response and returns its status.
pub(crate) fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> Result<u16, BoxError> {
    stream.write_all(request)?;
    let mut length = 0;
    loop {
        if length == buffer.len() {
            buffer.resize(buffer.len() * 2, 0);
        }
        let read = stream.read(&mut buffer[length..])?;
        if read == 0 {
            return Err("the server closed the connection".into());
        }
        length += read;
        let Some(end) = buffer[..length].windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = str::from_utf8(&buffer[..end])?;
        if length >= end + 4 + content_length(head)? {
            return Ok(head.get(9..12).ok_or("no status")?.parse()?);
        }
    }
}

fn content_length(head: &str) -> Result<usize, BoxError> {
    let value = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then_some(value)
    });
    Ok(value.ok_or("no content-length")?.trim().parse()?)
}
