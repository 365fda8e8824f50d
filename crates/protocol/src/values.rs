//! Values with which nobody connects: what they must be, for those who write them and for those who pass
//! them on to programs that refuse a whole document for one of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A name or an address: what is typed with a scheme, a path or a port around it is neither, and no
/// client finds anything there. A break in it would begin another node where nodes are lines.
pub fn is_host(host: &str) -> bool {
    let of_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_name = !host.is_empty() && host.chars().all(of_name);
    is_name || host.parse::<std::net::Ipv6Addr>().is_ok()
}

/// A key of Reality: 32 bytes as base64 for addresses, without padding.
pub fn is_reality_key(key: &str) -> bool {
    URL_SAFE_NO_PAD.decode(key).is_ok_and(|key| key.len() == 32)
}

/// A short id of Reality: whole bytes as hexadecimal digits, at most eight of them.
pub fn is_short_id(id: &str) -> bool {
    id.len() <= 16
        && id.len().is_multiple_of(2)
        && id.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// What `xray vlessenc` prints for clients: the method, how the key is shown, how often it is
/// exchanged, then lengths of padding, and keys of X25519 or ML-KEM-768.
pub fn is_vless_encryption(text: &str) -> bool {
    let mut parts = text.split('.');
    let (method, shown, exchanged) = (parts.next(), parts.next(), parts.next());
    let mut keys = parts.filter(|part| part.len() >= 20).peekable();
    let is_key = |key: &str| {
        let key = URL_SAFE_NO_PAD.decode(key);
        key.is_ok_and(|key| matches!(key.len(), 32 | 1184))
    };
    method == Some("mlkem768x25519plus")
        && matches!(shown, Some("native" | "xorpub" | "random"))
        && matches!(exchanged, Some("0rtt" | "1rtt"))
        && keys.peek().is_some()
        && keys.all(is_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_short_ids_are_what_cores_read() {
        let key = "pG8mBwXBJX2zjVvAgLhMLzVCuTnj5-xEJLyJBiJEBG8";
        for (text, expected) in [
            (key, true),
            ("", false),
            ("p", false),
            ("PUBKEYabcdefghijklmnopqrstuvwxyz0123456789AB", false),
            ("pG8mBwXBJX2zjVvAgLhMLzVCuTnj5+xEJLyJBiJEBG8", false),
            ("pG8mBwXBJX2zjVvAgLhMLzVCuTnj5-xEJLyJBiJEBG8=", false),
        ] {
            assert_eq!(is_reality_key(text), expected, "{text}");
        }
        for (text, expected) in [
            ("", true),
            ("ab", true),
            ("0123456789abcdef", true),
            ("ABCD", true),
            ("a", false),
            ("abc", false),
            ("zz", false),
            ("0123456789abcdef01", false),
        ] {
            assert_eq!(is_short_id(text), expected, "{text}");
        }
    }

    #[test]
    fn hosts_are_names_or_addresses() {
        for (text, expected) in [
            ("node.example.com", true),
            ("节点.example", true),
            ("192.0.2.1", true),
            ("2001:db8::1", true),
            ("", false),
            ("[2001:db8::1]", false),
            ("node.example.com:443", false),
            ("https://node.example.com", false),
            ("a b", false),
        ] {
            assert_eq!(is_host(text), expected, "{text}");
        }
    }
}
