//! Shadowsocks clients that read SIP008.
//!
//! Sources: shadowsocks.org (`doc/sip008`), where `plugin` and `plugin_opts` are members of a server.

use super::table::{AEAD_CIPHERS, Capability};

pub(super) const CAPABILITY: Capability = Capability {
    ciphers: AEAD_CIPHERS,
    ..Capability::NOTHING
};
