//! Shadowsocks clients that read SIP008.
//!
//! Sources: shadowsocks.org (`doc/sip008`), where `plugin` and `plugin_opts` are members of a server.

use super::table::{AEAD_CIPHERS, Capability, Plugin};

pub(super) const CAPABILITY: Capability = Capability {
    ciphers: AEAD_CIPHERS,
    plugins: &[Plugin::SimpleObfs, Plugin::V2rayWebSocket],
    ..Capability::NOTHING
};
