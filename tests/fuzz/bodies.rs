//! A tree of values in each format that bodies have, well-formed and broken.

use fastrand::Rng;

use crate::values::{self, Tree};

/// A body and what its `Content-Type` says of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body {
    pub(crate) kind: Option<Vec<u8>>,
    pub(crate) bytes: Vec<u8>,
}

/// These fields in any format.
pub(crate) fn encode(rng: &mut Rng, fields: &Tree) -> Body {
    let (kind, bytes): (&[u8], _) = match rng.u8(0..10) {
        0..=4 => (b"application/json", json(fields)),
        5..=7 => (b"application/x-www-form-urlencoded", form(fields)),
        _ => return multipart(rng, fields),
    };
    let kind = Some(kind.to_vec());
    Body { kind, bytes }
}

/// Anything at all.
pub(crate) fn garbage(rng: &mut Rng) -> Body {
    const KINDS: &[&[u8]] = &[
        b"application/json",
        b"application/json; charset=utf-16",
        b"application/vnd.api+json",
        b"text/json",
        b"application/x-www-form-urlencoded",
        b"APPLICATION/X-WWW-FORM-URLENCODED;charset=gbk",
        b"multipart/form-data",
        b"multipart/form-data; boundary=",
        b"multipart/form-data; boundary=\"x\"",
        b"multipart/mixed; boundary=x",
        b"text/plain",
        b"application/xml",
        b"application/octet-stream",
        b"*/*",
        b";;;",
        b"\xff\xfe",
    ];
    const TEXTS: &[&[u8]] = &[
        b"{", b"[", b"\"", b"{\"a\":", b"{\"a\":1,}", b"{'a':1}", b"[1,2", b"nul", b"NaN", b"\xef\xbb\xbf{}",
        b"{\"a\":\"\\ud800\"}", b"{\"a\":\"\\u0000\"}", b"{\"\\u0000\":1}", b"{\"a\":\"\xff\"}", b"{\"a\":1}{\"a\":2}", b"&&&===",
        b"a[b[c]=1&a=2&a[]=3", b"%", b"%zz=%f", b"a=%00&%00=a", b"a=%ff%fe", b"=", b"[]=1&[a]=2", b"--x--", b"--x\r\n\r\n--x--\r\n",
        b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
    ];
    let bytes = match rng.u8(0..8) {
        0 => b"[".repeat(rng.usize(1..200_000)),
        1 => b"{\"a\":".repeat(rng.usize(1..50_000)),
        2 => std::iter::repeat_with(|| rng.u8(..)).take(2_000).collect(),
        3 => b"a[]=1&".repeat(rng.usize(1..20_000)),
        4 => json(&values::any(rng, 4)),
        5 => vec![
            b'x';
            *rng.choice(&[1, 1 << 16, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
                .unwrap_or(&1)
        ],
        _ => rng
            .choice(TEXTS)
            .map(|text| text.to_vec())
            .unwrap_or_default(),
    };
    let kind = rng.choice(KINDS).map(|kind| kind.to_vec());
    Body {
        kind: kind.filter(|_| rng.u8(0..20) > 0),
        bytes,
    }
}

/// JSON, with bytes of texts as they are.
pub(crate) fn json(tree: &Tree) -> Vec<u8> {
    let mut written = Vec::new();
    write_json(tree, &mut written);
    written
}

fn write_json(tree: &Tree, into: &mut Vec<u8>) {
    match tree {
        Tree::Literal(literal) => into.extend_from_slice(literal.as_bytes()),
        Tree::Text(text) => quote(text, into),
        Tree::List(items) => {
            into.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    into.push(b',');
                }
                write_json(item, into);
            }
            into.push(b']');
        }
        Tree::Map(pairs) => {
            into.push(b'{');
            for (place, (name, value)) in pairs.iter().enumerate() {
                if place > 0 {
                    into.push(b',');
                }
                quote(name, into);
                into.push(b':');
                write_json(value, into);
            }
            into.push(b'}');
        }
    }
}

fn quote(text: &[u8], into: &mut Vec<u8>) {
    into.push(b'"');
    for byte in text {
        match byte {
            b'"' | b'\\' => into.extend_from_slice(&[b'\\', *byte]),
            0..0x20 => into.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            other => into.push(*other),
        }
    }
    into.push(b'"');
}

/// Names and texts, nested as PHP nests them.
fn pairs(tree: &Tree) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    flatten(&[], tree, &mut found);
    found
}

fn flatten(name: &[u8], tree: &Tree, into: &mut Vec<(Vec<u8>, Vec<u8>)>) {
    let nested = |inner: &[u8]| {
        if name.is_empty() {
            inner.to_vec()
        } else {
            [name, b"[", inner, b"]"].concat()
        }
    };
    match tree {
        Tree::Literal(text) => into.push((name.to_vec(), text.clone().into_bytes())),
        Tree::Text(text) => into.push((name.to_vec(), text.clone())),
        Tree::List(items) => {
            for item in items {
                flatten(&nested(b""), item, into);
            }
        }
        Tree::Map(members) => {
            for (inner, value) in members {
                flatten(&nested(inner), value, into);
            }
        }
    }
}

/// A query or a form.
pub(crate) fn form(tree: &Tree) -> Vec<u8> {
    let mut written = Vec::new();
    for (name, value) in pairs(tree) {
        if !written.is_empty() {
            written.push(b'&');
        }
        percent(&name, &mut written);
        written.push(b'=');
        percent(&value, &mut written);
    }
    written
}

fn percent(text: &[u8], into: &mut Vec<u8>) {
    for byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'[' | b']' => {
                into.push(*byte);
            }
            b' ' => into.push(b'+'),
            other => into.extend_from_slice(format!("%{other:02X}").as_bytes()),
        }
    }
}

fn multipart(rng: &mut Rng, fields: &Tree) -> Body {
    let boundary: &[u8] = rng
        .choice(&[
            &b"XX"[..],
            b"-----------------------------9051914041544843365972754266",
            b"a b",
            b"'()+_,-./:=?",
            b"\xff",
        ])
        .copied()
        .unwrap_or_default();
    let mut bytes = Vec::new();
    for (name, value) in pairs(fields) {
        bytes.extend_from_slice(b"--");
        bytes.extend_from_slice(if rng.u8(0..30) == 0 {
            b"other"
        } else {
            boundary
        });
        bytes.extend_from_slice(if rng.u8(0..30) == 0 { b"\n" } else { b"\r\n" });
        if rng.u8(0..25) > 0 {
            bytes.extend_from_slice(b"Content-Disposition: form-data; name=\"");
            bytes.extend_from_slice(&name);
            bytes.push(b'"');
            if rng.u8(0..6) == 0 {
                bytes.extend_from_slice(b"; filename=\"");
                bytes.extend_from_slice(&values::text(rng));
                bytes.extend_from_slice(b"\"\r\nContent-Type: application/x-php");
            }
            bytes.extend_from_slice(b"\r\n");
        }
        if rng.u8(0..20) == 0 {
            bytes.extend_from_slice(
                b"Content-Transfer-Encoding: base64\r\nContent-Length: 99999999999\r\n",
            );
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&value);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"--");
    bytes.extend_from_slice(boundary);
    if rng.u8(0..12) > 0 {
        bytes.extend_from_slice(b"--\r\n");
    }
    if rng.u8(0..15) == 0 {
        bytes.truncate(rng.usize(0..=bytes.len()));
    }
    let kind: &[u8] = if rng.u8(0..20) == 0 {
        b"multipart/form-data"
    } else {
        b"multipart/form-data; boundary="
    };
    Body {
        kind: Some([kind, boundary].concat()),
        bytes,
    }
}
