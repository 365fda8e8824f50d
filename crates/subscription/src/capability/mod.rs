//! What the clients of each family can express. A node that its client cannot express is left out of
//! the document: written all the same it would not connect, and most cores refuse the whole document.

mod clash;
mod clash_meta;
mod egern;
mod general;
mod judgement;
mod loon;
mod obstacle;
mod quantumult_x;
mod shadowrocket;
mod sing_box;
mod sip008;
mod stash;
mod surfboard;
mod surge;
mod table;
#[cfg(test)]
mod tests;
mod values;
mod version;
mod xray_json;

pub use obstacle::Obstacle;
use table::Capability;
pub(crate) use table::{Plugin, Security, Transport};

use crate::{Client, ExportNode, Format, formats};

/// Why the client's document is written without this node; `None` when it can be in it.
pub fn obstacle(client: &Client, node: &ExportNode) -> Option<Obstacle> {
    let judged = of(client.format).judge(client, node);
    let obstacle = judged.err();
    obstacle.or_else(|| (!formats::is_writable(client.format, node)).then_some(Obstacle::Value))
}

fn of(format: Format) -> &'static Capability {
    match format {
        Format::Clash => &clash::CAPABILITY,
        Format::ClashMeta => &clash_meta::CAPABILITY,
        Format::Egern => &egern::CAPABILITY,
        Format::General => &general::CAPABILITY,
        Format::Loon => &loon::CAPABILITY,
        Format::QuantumultX => &quantumult_x::CAPABILITY,
        Format::Shadowrocket => &shadowrocket::CAPABILITY,
        Format::Shadowsocks => &sip008::CAPABILITY,
        Format::SingBox => &sing_box::CAPABILITY,
        Format::Stash => &stash::CAPABILITY,
        Format::Surfboard => &surfboard::CAPABILITY,
        Format::Surge => &surge::CAPABILITY,
        Format::XrayJson => &xray_json::CAPABILITY,
    }
}
