//! Values with which no client connects, whatever it can express.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ferroboard_protocol::Protocol;

use super::Obstacle;
use super::table::Security;
use crate::{ExportNode, Format};

/// Whether the node can be in a document: the cores that read documents read all values when they
/// load them, so that a broken one costs every other node. In a list of addresses or lines it costs
/// nothing but its own node, which is written as it stands.
pub(super) fn check(format: Format, node: &ExportNode) -> Result<(), Obstacle> {
    // A break in it would begin another node where nodes are lines.
    let is_host = |c: char| !c.is_whitespace() && !c.is_control();
    if node.host.is_empty() || !node.host.chars().all(is_host) {
        return Err(Obstacle::Address);
    }
    // It has no room for the second key by which a node tells its users apart.
    let cipher = node.settings.text("cipher").unwrap_or_default();
    if cipher == "2022-blake3-chacha20-poly1305" && node.password.contains(':') {
        return Err(Obstacle::Cipher);
    }
    let is_list = matches!(
        format,
        Format::General
            | Format::Loon
            | Format::QuantumultX
            | Format::Shadowrocket
            | Format::Surfboard
            | Format::Surge
    );
    if is_list { Ok(()) } else { values(node) }
}

fn values(node: &ExportNode) -> Result<(), Obstacle> {
    if node.security() == Security::Reality {
        let key = node.filled("reality_settings.public_key");
        let id = node.filled("reality_settings.short_id").unwrap_or_default();
        if !key.is_some_and(is_reality_key) || !is_short_id(id) {
            return Err(Obstacle::RealityKey);
        }
    }
    match node.protocol {
        Protocol::Vless if !node.encryption().is_none_or(is_encryption) => {
            Err(Obstacle::Encryption)
        }
        Protocol::Hysteria => hysteria(node),
        _ => Ok(()),
    }
}

/// The first version asks for both bandwidths, the second for the password of its obfuscation.
fn hysteria(node: &ExportNode) -> Result<(), Obstacle> {
    if node.settings.integer("version") == Some(1) {
        let both = ["bandwidth.up", "bandwidth.down"].map(|path| node.positive(path));
        return match both {
            [Some(_), Some(_)] => Ok(()),
            _ => Err(Obstacle::Bandwidth),
        };
    }
    if node.obfuscation().is_some() && node.filled("obfs.password").is_none() {
        return Err(Obstacle::Obfuscation);
    }
    Ok(())
}

/// What `xray vlessenc` prints for clients: the method, how the key is shown, how often it is
/// exchanged, then lengths of padding, and keys of X25519 or ML-KEM-768.
fn is_encryption(text: &str) -> bool {
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

/// 32 bytes as base64 for addresses, without padding.
fn is_reality_key(key: &str) -> bool {
    URL_SAFE_NO_PAD.decode(key).is_ok_and(|key| key.len() == 32)
}

/// Whole bytes as hexadecimal digits, at most eight of them.
fn is_short_id(id: &str) -> bool {
    id.len() <= 16
        && id.len().is_multiple_of(2)
        && id.bytes().all(|digit| digit.is_ascii_hexdigit())
}
