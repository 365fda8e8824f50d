//! Values with which no client connects, whatever it can express.

use ferroboard_protocol::Protocol;
use ferroboard_protocol::values::{is_host, is_reality_key, is_short_id, is_vless_encryption};

use super::Obstacle;
use super::table::Security;
use crate::{ExportNode, Format};

/// Whether the node can be in a document: the cores that read documents read all values when they
/// load them, so that a broken one costs every other node. In a list of addresses or lines it costs
/// nothing but its own node, which is written as it stands.
pub(super) fn check(format: Format, node: &ExportNode) -> Result<(), Obstacle> {
    if !is_host(&node.host) {
        return Err(Obstacle::Address);
    }
    // It has no room for the second key by which a node tells its users apart.
    let cipher = node.settings.text("cipher").unwrap_or_default();
    if cipher == "2022-blake3-chacha20-poly1305" && node.password.contains(':') {
        return Err(Obstacle::Cipher);
    }
    // Without a key the node would be taken for one without Reality.
    let key = node.filled("reality_settings.public_key");
    if node.security() == Security::Reality && key.is_none() {
        return Err(Obstacle::RealityKey);
    }
    // It has no form of any kind without both.
    if node.protocol == Protocol::Hysteria && node.settings.integer("version") == Some(1) {
        let both = ["bandwidth.up", "bandwidth.down"].map(|path| node.positive(path));
        if both.iter().any(Option::is_none) {
            return Err(Obstacle::Bandwidth);
        }
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
        let id = node.filled("reality_settings.short_id").unwrap_or_default();
        let key = node.filled("reality_settings.public_key");
        if !key.is_some_and(is_reality_key) || !is_short_id(id) {
            return Err(Obstacle::RealityKey);
        }
    }
    match node.protocol {
        Protocol::Vless if !node.encryption().is_none_or(is_vless_encryption) => {
            Err(Obstacle::Encryption)
        }
        Protocol::Hysteria => hysteria(node),
        _ => Ok(()),
    }
}

/// The second version asks for the password of its obfuscation; the first has one without being asked.
fn hysteria(node: &ExportNode) -> Result<(), Obstacle> {
    let is_first = node.settings.integer("version") == Some(1);
    if !is_first && node.obfuscation().is_some() && node.filled("obfs.password").is_none() {
        return Err(Obstacle::Obfuscation);
    }
    Ok(())
}
