//! Requests as bytes, and answers as they come: a client library would refuse to send most of this.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Sends the bytes on a connection of their own and waits for the whole answer, at most so long. After a
/// change to a WebSocket `frames` are sent and what follows is read for a moment.
pub(crate) async fn exchange(
    address: SocketAddr,
    bytes: Vec<u8>,
    frames: Option<&[u8]>,
    is_head: bool,
    limit: Duration,
) -> Result<Reply, String> {
    let asking = async {
        let stream = TcpStream::connect(address).await;
        let stream = stream.map_err(|error| format!("no connection: {error}"))?;
        let (mut reader, mut writer) = stream.into_split();
        // An answer may come, and the connection end, before all is sent.
        let sending = tokio::spawn(async move {
            let _ = writer.write_all(&bytes).await;
            writer
        });
        let reply = receive(&mut reader, is_head).await?;
        if let (101, Some(frames), Ok(mut writer)) = (reply.status, frames, sending.await) {
            let _ = writer.write_all(frames).await;
            let listening = async {
                let mut buffer = [0; 4_096];
                while !matches!(reader.read(&mut buffer).await, Ok(0) | Err(_)) {}
            };
            let _ = tokio::time::timeout(Duration::from_millis(100), listening).await;
        }
        Ok(reply)
    };
    let asked = tokio::time::timeout(limit, asking).await;
    asked.unwrap_or_else(|_| Err(format!("no answer within {limit:?}")))
}

async fn receive(reader: &mut OwnedReadHalf, is_head: bool) -> Result<Reply, String> {
    let mut received = Vec::new();
    loop {
        if let Some((mut reply, start)) = head(&received)? {
            if reply.status == 100 {
                received.drain(..start);
                continue;
            }
            let body = received.split_off(start);
            let has_none = is_head || matches!(reply.status, 101 | 204 | 304);
            if !has_none {
                reply.body = content(&reply, body, reader).await?;
            }
            return Ok(reply);
        }
        if read(reader, &mut received).await? == 0 {
            return Err(format!("cut after {} bytes", received.len()));
        }
    }
}

async fn read(reader: &mut OwnedReadHalf, into: &mut Vec<u8>) -> Result<usize, String> {
    let read = reader.read_buf(into).await;
    read.map_err(|error| format!("cut after {} bytes: {error}", into.len()))
}

/// The head of an answer and where its body begins, once all of it has come.
fn head(received: &[u8]) -> Result<Option<(Reply, usize)>, String> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(received);
    let parsed = parsed.map_err(|error| format!("no HTTP: {error}"))?;
    let httparse::Status::Complete(start) = parsed else {
        return Ok(None);
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = response.headers.iter();
    let reply = Reply {
        status: response.code.unwrap_or_default(),
        headers: headers
            .map(|header| (header.name.to_owned(), text(header.value)))
            .collect(),
        body: Vec::new(),
    };
    Ok(Some((reply, start)))
}

async fn content(
    reply: &Reply,
    mut body: Vec<u8>,
    reader: &mut OwnedReadHalf,
) -> Result<Vec<u8>, String> {
    if let Some(length) = reply.header("content-length") {
        let length: usize = length
            .parse()
            .map_err(|_| format!("a length of {length}"))?;
        while body.len() < length {
            if read(reader, &mut body).await? == 0 {
                return Err(format!("cut: {} of {length} bytes", body.len()));
            }
        }
        body.truncate(length);
        return Ok(body);
    }
    while read(reader, &mut body).await? > 0 {}
    if reply.header("transfer-encoding").is_none() {
        return Ok(body);
    }
    unchunked(&body).ok_or_else(|| "cut within chunks".to_owned())
}

fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|pair| pair == b"\r\n")?;
        let length = std::str::from_utf8(body.get(..end)?).ok()?;
        let length = usize::from_str_radix(length.trim(), 16).ok()?;
        if length == 0 {
            return Some(whole);
        }
        let start = end + 2;
        whole.extend_from_slice(body.get(start..start + length)?);
        body = body.get(start + length + 2..)?;
    }
}
