//! What a user logs in to a node with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferroboard_kernel::{UnixSeconds, lower_hex};
use md5::{Digest as _, Md5};

use crate::{Protocol, Settings};

/// The length of the keys of a Shadowsocks 2022 cipher; `None` for any other cipher.
pub fn key_length(cipher: &str) -> Option<usize> {
    match cipher {
        "2022-blake3-aes-128-gcm" => Some(16),
        "2022-blake3-aes-256-gcm" | "2022-blake3-chacha20-poly1305" => Some(32),
        _ => None,
    }
}

/// The key of a Shadowsocks 2022 node that was made at that time; `None` for any other cipher.
pub fn server_key(cipher: &str, created_at: UnixSeconds) -> Option<String> {
    let length = key_length(cipher)?;
    let digest = Md5::digest(created_at.get().to_string());
    Some(encoded(&lower_hex(digest), length))
}

/// Whether what users log in with depends on when the node was made.
pub fn depend_on_time(protocol: Protocol, settings: &Settings) -> bool {
    protocol == Protocol::Shadowsocks && settings.text("cipher").and_then(key_length).is_some()
}

/// A user's key on a Shadowsocks 2022 node; `None` for any other cipher.
pub fn user_key(cipher: &str, uuid: &str) -> Option<String> {
    Some(encoded(uuid, key_length(cipher)?))
}

/// What the user's program sends: the UUID, or on a Shadowsocks 2022 node both keys. `created_at`
/// is when the node was made, or its parent where it has one.
pub fn client_password(
    protocol: Protocol,
    settings: &Settings,
    created_at: UnixSeconds,
    uuid: &str,
) -> String {
    let cipher = match protocol {
        Protocol::Shadowsocks => settings.text("cipher").unwrap_or_default(),
        _ => "",
    };
    match (server_key(cipher, created_at), user_key(cipher, uuid)) {
        (Some(server), Some(user)) => format!("{server}:{user}"),
        _ => uuid.to_owned(),
    }
}

/// The first characters of an ASCII text in base 64.
fn encoded(text: &str, length: usize) -> String {
    let bytes = text.as_bytes();
    STANDARD.encode(bytes.get(..length).unwrap_or(bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MADE: UnixSeconds = UnixSeconds::new(1_700_000_000);
    const UUID: &str = "b831381d-6324-4d53-ad4f-8cda48b30811";

    #[test]
    fn keys_are_as_agents_and_clients_derive_them() {
        for (cipher, server, user) in [
            (
                "2022-blake3-aes-128-gcm",
                "MjQ5MjBkZWNmODNmNjk2MA==",
                "YjgzMTM4MWQtNjMyNC00ZA==",
            ),
            (
                "2022-blake3-aes-256-gcm",
                "MjQ5MjBkZWNmODNmNjk2MGI4MGY3MzdhMjhlZWFmYzE=",
                "YjgzMTM4MWQtNjMyNC00ZDUzLWFkNGYtOGNkYTQ4YjM=",
            ),
            (
                "2022-blake3-chacha20-poly1305",
                "MjQ5MjBkZWNmODNmNjk2MGI4MGY3MzdhMjhlZWFmYzE=",
                "YjgzMTM4MWQtNjMyNC00ZDUzLWFkNGYtOGNkYTQ4YjM=",
            ),
        ] {
            assert_eq!(server_key(cipher, MADE).as_deref(), Some(server));
            assert_eq!(user_key(cipher, UUID).as_deref(), Some(user));
            let settings = Settings::normalised(Protocol::Shadowsocks, &json!({"cipher": cipher}));
            assert_eq!(
                client_password(Protocol::Shadowsocks, &settings, MADE, UUID),
                format!("{server}:{user}")
            );
        }
    }

    #[test]
    fn everywhere_else_the_uuid_is_the_secret() {
        assert_eq!(server_key("aes-256-gcm", MADE), None);
        assert_eq!(user_key("", UUID), None);
        for cipher in [
            json!(null),
            json!("aes-128-gcm"),
            json!("2022-BLAKE3-AES-128-GCM"),
        ] {
            let settings = Settings::normalised(Protocol::Shadowsocks, &json!({"cipher": cipher}));
            let password = client_password(Protocol::Shadowsocks, &settings, MADE, UUID);
            assert_eq!(password, UUID);
        }
        let settings = Settings::normalised(Protocol::Trojan, &json!({}));
        let password = client_password(Protocol::Trojan, &settings, MADE, UUID);
        assert_eq!(password, UUID);
    }

    #[test]
    fn a_short_uuid_gives_a_short_key() {
        let key = user_key("2022-blake3-aes-256-gcm", "ab");
        assert_eq!(key.as_deref(), Some("YWI="));
    }
}
