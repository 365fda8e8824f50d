//! A site of somebody else's.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

/// Serves this page at every address but `/missing`, under this policy, until the tests end. `{language}` in it is the
/// language that was asked for.
pub(crate) fn serve(page: String, policy: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = [0; 4096];
            let length = stream.read(&mut asked).unwrap_or_default();
            let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
            let is_missing = asked.starts_with("GET /missing");
            let status = if is_missing {
                "404 Not Found"
            } else {
                "200 OK"
            };
            let mut lines = asked.lines();
            let language = lines.find(|line| line.to_lowercase().starts_with("accept-language"));
            let page = page.replace("{language}", language.unwrap_or_default());
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\
                 content-security-policy: {policy}\r\nconnection: close\r\n\r\n{page}",
                page.len(),
            );
        }
    });
    format!("http://{address}")
}
