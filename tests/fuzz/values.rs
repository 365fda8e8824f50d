//! Values that no form sends.

use fastrand::Rng;
use serde_json::Value;

/// A value in no encoding yet. Literals and texts may be what no JSON library would write.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    /// As it stands in JSON: a number, true, false or null.
    Literal(String),
    /// Bytes, which need not be UTF-8.
    Text(Vec<u8>),
    List(Vec<Tree>),
    Map(Vec<(Vec<u8>, Tree)>),
}

impl From<&Value> for Tree {
    fn from(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.clone().into_bytes()),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(members) => {
                let members = members.iter();
                let pairs = members.map(|(name, value)| (name.clone().into_bytes(), value.into()));
                Self::Map(pairs.collect())
            }
            other => Self::Literal(other.to_string()),
        }
    }
}

const TEXTS: &[&[u8]] = &[
    b"",
    b" ",
    b"0",
    b"-1",
    b"1",
    b"2",
    b"01",
    b"+1",
    b"1.5",
    b"1e3",
    b"1e309",
    b"0x10",
    b"NaN",
    b"true",
    b"false",
    b"null",
    b"[]",
    b"{}",
    b"9223372036854775807",
    b"9223372036854775808",
    b"-9223372036854775808",
    b"99999999999999999999999999999999999999",
    b"2147483648",
    b"4294967296",
    b"\0",
    b"a\0b",
    b"a\xff\xfeb",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    "\u{fffd}".as_bytes(),
    "\u{ff11}\u{ff12}".as_bytes(),
    "张三".as_bytes(),
    "\u{202e}evil\u{200b}".as_bytes(),
    "👩‍👩‍👧‍👦".as_bytes(),
    "İıſK".as_bytes(),
    b"' OR 1=1 --",
    b"\"; DROP TABLE v2_user; --",
    b"%00%ff%zz",
    b"%s%n%d",
    b"{{user.token}} ${1+1} #{1}",
    b"../../../etc/passwd",
    b"<script>alert(1)</script>",
    b"a\r\nX-Injected: 1",
    b"\\",
    b"_%",
    b"2026-02-30",
    b"0000-00-00 00:00:00",
    b"you@example.com",
    b"a@b",
    b"@",
    b"\"a b\"@example.com",
    b"month_price",
    b"reset_price",
    b"onetime_price",
    b"approve",
    b"desc",
    b"(((((((((((((((a+)+)+)+$",
    b"http://127.0.0.1:1/",
    b"javascript:alert(1)",
    b"0123456789abcdef0123456789abcdef",
];

const LITERALS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "3",
    "100",
    "1.0",
    "1.5",
    "0.1",
    "1e2",
    "1e308",
    "1e309",
    "-1e400",
    "1e-400",
    "9007199254740993",
    "2147483647",
    "2147483648",
    "-2147483649",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999999999999999",
    "true",
    "false",
    "null",
];

/// Any text.
pub(crate) fn text(rng: &mut Rng) -> Vec<u8> {
    match rng.u8(0..20) {
        0 => vec![b'x'; rng.usize(0..600)],
        1 => "é".repeat(rng.usize(1..5_000)).into_bytes(),
        2 => vec![rng.u8(..); rng.usize(0..70_000)],
        3 => std::iter::repeat_with(|| rng.u8(..)).take(40).collect(),
        _ => rng
            .choice(TEXTS)
            .map(|text| text.to_vec())
            .unwrap_or_default(),
    }
}

/// Any name of a field; PHP reads brackets as nesting.
pub(crate) fn name(rng: &mut Rng, known: &[String]) -> Vec<u8> {
    let known = rng.choice(known).cloned().unwrap_or_default();
    let name = match rng.u8(0..14) {
        0 => format!("{known}[]"),
        1 => format!("{known}[a][b][]"),
        2 => format!("{known}[0]"),
        3 => format!("{known}[99999999999999999999]"),
        4 => format!("{known}["),
        5 => format!("{known}]"),
        6 => format!("[{known}]"),
        7 => format!("{known}[a]b[c"),
        8 => format!("{known}{}", "[]".repeat(rng.usize(1..400))),
        9 => format!("{known}{}", "[a]".repeat(rng.usize(1..400))),
        10 => format!(" {known}.x"),
        11 => return text(rng),
        _ => known,
    };
    name.into_bytes()
}

/// Any value, at most this much nested (but for one kind that is very deep).
pub(crate) fn any(rng: &mut Rng, depth: usize) -> Tree {
    match rng.u8(0..12) {
        0..=4 => Tree::Text(text(rng)),
        5 if depth > 0 => {
            let count = rng.usize(0..4);
            Tree::List((0..count).map(|_| any(rng, depth - 1)).collect())
        }
        6 if depth > 0 => {
            let count = rng.usize(0..4);
            let pairs = (0..count).map(|_| (name(rng, &[]), any(rng, depth - 1)));
            Tree::Map(pairs.collect())
        }
        7 => deep(rng),
        _ => literal(rng),
    }
}

fn literal(rng: &mut Rng) -> Tree {
    Tree::Literal(rng.choice(LITERALS).copied().unwrap_or("0").to_owned())
}

fn deep(rng: &mut Rng) -> Tree {
    let levels = *rng.choice(&[2, 20, 120, 127, 128, 129, 200]).unwrap_or(&2);
    let is_list = rng.bool();
    (0..levels).fold(literal(rng), |within, _| {
        if is_list {
            Tree::List(vec![within])
        } else {
            Tree::Map(vec![(b"a".to_vec(), within)])
        }
    })
}
