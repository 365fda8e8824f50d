//! Values with which no client connects, whatever it can express.

use super::Obstacle;
use super::table::Security;
use crate::ExportNode;

/// Whether any client could connect.
pub(super) fn check(node: &ExportNode) -> Result<(), Obstacle> {
    if node.host.trim().is_empty() {
        return Err(Obstacle::Address);
    }
    if node.security() == Security::Reality {
        let key = node.filled("reality_settings.public_key");
        let id = node.filled("reality_settings.short_id").unwrap_or_default();
        if !key.is_some_and(is_reality_key) || !is_short_id(id) {
            return Err(Obstacle::RealityKey);
        }
    }
    Ok(())
}

/// 32 bytes as base64 for addresses, without padding.
fn is_reality_key(key: &str) -> bool {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    URL_SAFE_NO_PAD.decode(key).is_ok_and(|key| key.len() == 32)
}

/// Whole bytes as hexadecimal digits, at most eight of them.
fn is_short_id(id: &str) -> bool {
    id.len() <= 16
        && id.len().is_multiple_of(2)
        && id.bytes().all(|digit| digit.is_ascii_hexdigit())
}
