//! One request, made of its number and the seed alone.

use std::fmt::Write as _;

use fastrand::Rng;

use crate::bodies::{self, Body};
use crate::operations::Operation;
use crate::values::{self, Tree};

/// Whose session a request has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    Customer,
    Other,
    Administrator,
}

/// A request, all but the session's token.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Vec<u8>,
    pub(crate) target: Vec<u8>,
    pub(crate) headers: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) who: Who,
    pub(crate) body: Body,
    pub(crate) is_chunked: bool,
    /// What is sent once the connection has become a WebSocket.
    pub(crate) frames: Option<Vec<u8>>,
    /// A success is in no envelope, as far as is known.
    pub(crate) is_bare: bool,
}

impl Request {
    /// The request of this number.
    pub(crate) fn of(seed: u64, number: u64, operations: &[Operation]) -> Self {
        let mut rng = Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let rng = &mut rng;
        if rng.u8(0..40) == 0 {
            return socket(rng);
        }
        let operation = &operations[rng.usize(0..operations.len())];
        let (target, is_own) = target(rng, operation);
        let who = *rng
            .choice(&[
                Who::Nobody,
                Who::Customer,
                Who::Customer,
                Who::Other,
                Who::Administrator,
                Who::Administrator,
            ])
            .unwrap_or(&Who::Nobody);
        let method = method(rng, &operation.method);
        let is_asked_as_described = is_own && method == operation.method.as_bytes();
        let body = body(rng, operation);
        let is_chunked = !body.bytes.is_empty() && rng.u8(0..10) == 0;
        Self {
            method,
            target,
            headers: headers(rng),
            // Whoever is logged out asks nothing more; the session of nobody is no loss.
            who: if operation.path.ends_with("/logout") {
                Who::Nobody
            } else {
                who
            },
            body,
            is_chunked,
            frames: None,
            is_bare: operation.is_bare || !is_asked_as_described,
        }
    }

    /// Whether it is for an address of the administration, whoever asks.
    pub(crate) fn asks_administration(&self) -> bool {
        let bases: [&[u8]; 2] = [b"/api/v1/admin/", b"/api/v2/admin/"];
        bases.iter().any(|base| self.target.starts_with(base))
    }

    /// The bytes that are sent. The connection is closed after the answer.
    pub(crate) fn bytes(&self, token: &str) -> Vec<u8> {
        let mut bytes = [&self.method[..], b" ", &self.target, b" HTTP/1.1\r\n"].concat();
        let has = |name: &[u8]| {
            self.headers
                .iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        let mut add = |name: &[u8], value: &[u8]| {
            bytes.extend_from_slice(&[name, b": ", value, b"\r\n"].concat());
        };
        if !has(b"host") {
            add(b"Host", b"panel.test");
        }
        if !token.is_empty() && !has(b"authorization") {
            add(b"Authorization", token.as_bytes());
        }
        for (name, value) in &self.headers {
            add(name, value);
        }
        if let Some(kind) = &self.body.kind {
            add(b"Content-Type", kind);
        }
        if self.is_chunked {
            add(b"Transfer-Encoding", b"chunked");
        } else if !self.body.bytes.is_empty() || self.method == b"POST" {
            add(
                b"Content-Length",
                self.body.bytes.len().to_string().as_bytes(),
            );
        }
        if self.frames.is_none() {
            add(b"Connection", b"close");
        }
        bytes.extend_from_slice(b"\r\n");
        if self.is_chunked {
            for chunk in self.body.bytes.chunks(1_500) {
                bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                bytes.extend_from_slice(chunk);
                bytes.extend_from_slice(b"\r\n");
            }
            bytes.extend_from_slice(b"0\r\n\r\n");
        } else {
            bytes.extend_from_slice(&self.body.bytes);
        }
        bytes
    }
}

/// Bytes for people and for `printf`.
pub(crate) fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 1_500;
    let mut text = String::new();
    for byte in bytes.iter().take(MOST) {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\r' => text.push_str("\\r"),
            b'\n' => text.push_str("\\n\n"),
            0x20..0x7f => text.push(char::from(*byte)),
            other => {
                let _ = write!(text, "\\x{other:02x}");
            }
        }
    }
    if bytes.len() > MOST {
        let _ = write!(text, "… ({} bytes)", bytes.len());
    }
    text
}

fn method(rng: &mut Rng, described: &str) -> Vec<u8> {
    if rng.u8(0..16) > 0 {
        return described.as_bytes().to_vec();
    }
    let other: &[&[u8]] = &[
        b"HEAD",
        b"OPTIONS",
        b"PUT",
        b"DELETE",
        b"PATCH",
        b"CONNECT",
        b"TRACE",
        b"GET",
        b"POST",
        b"FOO",
        b"get",
        b"PROPFIND",
        b"M-SEARCH",
        b"X!#$%&'*+-.^_`|~",
    ];
    match rng.u8(0..12) {
        0 => vec![b'A'; rng.usize(1..4_000)],
        1 => b"G\x01T".to_vec(),
        _ => rng
            .choice(other)
            .map(|method| method.to_vec())
            .unwrap_or_default(),
    }
}

/// Where the request goes, and whether that is surely the operation's path.
fn target(rng: &mut Rng, operation: &Operation) -> (Vec<u8>, bool) {
    let mut path = operation.path.clone().into_bytes();
    let mut query: Vec<(Vec<u8>, Tree)> = Vec::new();
    let mut is_own = true;
    for parameter in &operation.parameters {
        let odd = rng.u8(0..8) == 0;
        if parameter.in_path {
            let place = format!("{{{}}}", parameter.name);
            let value = if odd {
                values::text(rng)
            } else {
                parameter.example.clone().into_bytes()
            };
            is_own &= !odd;
            path = replaced(&path, place.as_bytes(), &encoded(rng, &value));
        } else if odd {
            query.push((parameter.name.clone().into_bytes(), values::any(rng, 2)));
        } else {
            query.push((
                parameter.name.clone().into_bytes(),
                Tree::Text(parameter.example.clone().into_bytes()),
            ));
        }
    }
    if rng.u8(0..12) == 0 {
        is_own = false;
        path = odd_path(rng, &path);
    }
    let others = if operation.method == "GET" {
        rng.usize(0..4)
    } else {
        usize::from(rng.u8(0..8) == 0)
    };
    for _ in 0..others {
        query.push((values::name(rng, &operation.fields), values::any(rng, 2)));
    }
    if !query.is_empty() {
        path.push(b'?');
        path.extend_from_slice(&bodies::form(&Tree::Map(query)));
    }
    if rng.u8(0..30) == 0 {
        path.extend_from_slice(
            rng.choice(&[
                &b"?"[..],
                b"??&&==",
                b"?%",
                b"?a[=1&a]b=2",
                b"?\xff=\xfe",
                b"#x",
            ])
            .copied()
            .unwrap_or_default(),
        );
    }
    // A head of more than 128 KiB is refused before anybody reads it.
    path.truncate(100_000);
    (path, is_own)
}

fn replaced(path: &[u8], place: &[u8], value: &[u8]) -> Vec<u8> {
    let found = path.windows(place.len()).position(|window| window == place);
    found.map_or_else(
        || path.to_vec(),
        |at| [&path[..at], value, &path[at + place.len()..]].concat(),
    )
}

/// Percent-encoded, and sometimes only what no head can hold.
fn encoded(rng: &mut Rng, value: &[u8]) -> Vec<u8> {
    let all = rng.u8(0..4) > 0;
    let mut written = Vec::new();
    for byte in value {
        let is_plain = byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        if is_plain || (!all && !byte.is_ascii_whitespace() && !byte.is_ascii_control()) {
            written.push(*byte);
        } else {
            written.extend_from_slice(format!("%{byte:02x}").as_bytes());
        }
    }
    written
}

fn odd_path(rng: &mut Rng, path: &[u8]) -> Vec<u8> {
    let at = rng.usize(0..=path.len());
    let within = |inserted: &[u8]| [&path[..at], inserted, &path[at..]].concat();
    match rng.u8(0..16) {
        0 => within(b"/"),
        1 => within(b"//"),
        2 => within(b"/./"),
        3 => within(b"/x/../"),
        4 => within(b"%2f"),
        5 => within(b"%00"),
        6 => within(b"%ff"),
        7 => within(b"%"),
        8 => within(b";a=b"),
        9 => within(b"\xff"),
        10 => within(&vec![b'a'; rng.usize(1..60_000)]),
        11 => [b"http://other.example", path].concat(),
        12 => b"*".to_vec(),
        13 => path.to_ascii_uppercase(),
        14 => {
            let mut whole = Vec::new();
            for byte in path {
                let is_slash = *byte == b'/';
                let spelled = if is_slash {
                    "/".to_owned()
                } else {
                    format!("%{byte:02X}")
                };
                whole.extend_from_slice(spelled.as_bytes());
            }
            whole
        }
        _ => path.iter().skip(1).copied().collect(),
    }
}

fn body(rng: &mut Rng, operation: &Operation) -> Body {
    if operation.method == "GET" && rng.u8(0..20) > 0 {
        return Body::default();
    }
    match rng.u8(0..20) {
        0..=2 => return bodies::garbage(rng),
        3 => return Body::default(),
        _ => {}
    }
    let mut fields = match operation.body.as_ref().map(Tree::from) {
        Some(Tree::Map(pairs)) => pairs,
        Some(other) if rng.bool() => return bodies::encode(rng, &other),
        _ => Vec::new(),
    };
    for _ in 0..rng.usize(0..4) {
        if fields.is_empty() || rng.u8(0..3) == 0 {
            fields.push((values::name(rng, &operation.fields), values::any(rng, 3)));
        } else {
            let place = rng.usize(0..fields.len());
            match rng.u8(0..6) {
                0 => drop(fields.remove(place)),
                1 => fields.push(fields[place].clone()),
                2 => fields[place].0 = values::name(rng, &operation.fields),
                _ => fields[place].1 = values::any(rng, 3),
            }
        }
    }
    bodies::encode(rng, &Tree::Map(fields))
}

fn headers(rng: &mut Rng) -> Vec<(Vec<u8>, Vec<u8>)> {
    const NAMES: &[&[u8]] = &[
        b"Content-Language",
        b"Accept-Language",
        b"Authorization",
        b"X-Forwarded-For",
        b"X-Forwarded-Host",
        b"X-Forwarded-Proto",
        b"CF-Connecting-IP",
        b"X-Real-IP",
        b"Forwarded",
        b"Host",
        b"User-Agent",
        b"Cookie",
        b"Origin",
        b"Referer",
        b"Range",
        b"If-None-Match",
        b"If-Modified-Since",
        b"Accept",
        b"Accept-Encoding",
        b"X-HTTP-Method-Override",
        b"X-Request-Id",
        b"Upgrade",
        b"Sec-WebSocket-Key",
        b"Access-Control-Request-Method",
        b"Content-Encoding",
        b"Expect",
        b"X-Telegram-Bot-Api-Secret-Token",
        b"stripe-signature",
    ];
    const VALUES: &[&[u8]] = &[
        b"",
        b"zh-CN",
        b"en-US",
        b"ru-RU,zh;q=0.5",
        b"xx-\xff",
        b"Bearer ",
        b"Bearer a.b.c",
        b"Bearer eyJhbGciOiJub25lIn0.e30.",
        b"Basic YTpi",
        b"127.0.0.1",
        b"::1, 10.0.0.1, unknown",
        b"999.999.999.999",
        b"for=\"[::1]\";proto=https",
        b"evil.example",
        b"evil.example:99999",
        b"a b",
        b"https",
        b"clash-verge/2.0",
        b"sing-box 1.12.0",
        b"Shadowrocket/2070",
        b"Quantumult%20X/1.0.30",
        b"Surge iOS/3000",
        b"v2rayN/6.23",
        b"bytes=0-1,2-3,-5",
        b"W/\"x\"",
        b"\"",
        b"*",
        b"gzip, br;q=0, *;q=0.1",
        b"DELETE",
        b"websocket",
        b"Thu, 01 Jan 1970 00:00:00 GMT",
        b"t=1,v1=00",
        b"x=\"\\\"; $y=%00",
        b"\x80\xff",
        b"dGhlIHNhbXBsZSBub25jZQ==",
    ];
    let count = if rng.u8(0..4) == 0 {
        rng.usize(1..4)
    } else {
        0
    };
    let mut headers = Vec::new();
    for _ in 0..count {
        let name = rng
            .choice(NAMES)
            .map(|name| name.to_vec())
            .unwrap_or_default();
        // Whoever waits for "100 Continue" sends no body before it; that is tried with the others.
        let value = match rng.u8(0..10) {
            _ if name == b"Expect" => b"100-continue".to_vec(),
            0 => vec![b'x'; rng.usize(1..8_000)],
            1 => std::iter::repeat_with(|| rng.u8(0x21..)).take(30).collect(),
            _ => rng
                .choice(VALUES)
                .map(|value| value.to_vec())
                .unwrap_or_default(),
        };
        headers.push((name, value));
    }
    headers
}

/// A handshake of a WebSocket and what an agent might send after it, more or less right.
fn socket(rng: &mut Rng) -> Request {
    let target: &[u8] = rng
        .choice(&[
            &b"/ws?token=the-server-token&node_id=1"[..],
            b"/ws?token=the-server-token&node_id=1",
            b"/ws?token=the-machine-token&machine_id=1",
            b"//ws?token=wrong",
            b"/?node_id[]=1&token=%00",
            b"/ws",
            b"/api/v1/user/info",
        ])
        .copied()
        .unwrap_or_default();
    let mut headers: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let right: [(&[u8], &[u8]); 4] = [
        (b"Connection", b"Upgrade"),
        (b"Upgrade", b"websocket"),
        (b"Sec-WebSocket-Version", b"13"),
        (b"Sec-WebSocket-Key", b"dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    for (name, value) in right {
        let value = if rng.u8(0..12) == 0 {
            &b"\xffx"[..]
        } else {
            value
        };
        if rng.u8(0..15) > 0 {
            headers.push((name.to_vec(), value.to_vec()));
        }
    }
    let mut frames = Vec::new();
    for _ in 0..rng.usize(0..6) {
        frame(rng, &mut frames);
    }
    Request {
        method: b"GET".to_vec(),
        target: target.to_vec(),
        headers,
        who: Who::Nobody,
        body: Body::default(),
        is_chunked: false,
        frames: Some(frames),
        is_bare: true,
    }
}

fn frame(rng: &mut Rng, into: &mut Vec<u8>) {
    const TEXTS: &[&[u8]] = &[
        b"{}",
        b"[]",
        b"null",
        b"{\"event\":\"auth\"}",
        b"{\"event\":\"pong\",\"data\":{}}",
        b"{\"event\":[1]}",
        b"{\"event\":\"node.status\",\"data\":{\"cpu\":1e999}}",
        b"{\"event\":\"report.devices\",\"data\":{\"1\":[\"::1\"],\"x\":7}}",
        b"{\"event\":\"report.traffic\",\"data\":{\"1\":[-1,99999999999999999999]}}",
        b"\xff\xfe",
        b"\0",
    ];
    let payload = match rng.u8(0..6) {
        0 => b"[".repeat(rng.usize(1..100_000)),
        1 => bodies::json(&values::any(rng, 4)),
        _ => rng
            .choice(TEXTS)
            .map(|text| text.to_vec())
            .unwrap_or_default(),
    };
    let opcode = *rng
        .choice(&[
            0x81, 0x81, 0x81, 0x82, 0x01, 0x80, 0x88, 0x89, 0x8a, 0x8f, 0xf1,
        ])
        .unwrap_or(&0x81);
    let is_masked = rng.u8(0..8) > 0;
    let mask = if is_masked { 0x80 } else { 0 };
    into.push(opcode);
    match (
        rng.u8(0..12),
        u8::try_from(payload.len()),
        u16::try_from(payload.len()),
    ) {
        // A length that nobody believes.
        (0, ..) => {
            into.extend_from_slice(&[mask | 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        }
        (_, Ok(short @ 0..126), _) => into.push(mask | short),
        (_, _, Ok(middle)) => {
            into.push(mask | 0x7e);
            into.extend_from_slice(&middle.to_be_bytes());
        }
        _ => {
            into.push(mask | 0x7f);
            into.extend_from_slice(&payload.len().to_be_bytes());
        }
    }
    if is_masked {
        into.extend_from_slice(&[0, 0, 0, 0]);
    }
    into.extend_from_slice(&payload);
}
