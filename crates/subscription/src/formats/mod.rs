//! One module per format: each writes the document of a client family.

use ferroboard_kernel::Random;

use crate::{ExportNode, Format};

pub(crate) mod clash;
pub(crate) mod clash_family;
pub(crate) mod clash_meta;
pub(crate) mod egern;
pub(crate) mod general;
pub(crate) mod line;
pub(crate) mod loon;
pub(crate) mod quantumult_x;
pub(crate) mod shadowrocket;
pub(crate) mod shadowsocks;
pub(crate) mod sing_box;
mod sip003;
pub(crate) mod stash;
pub(crate) mod surfboard;
pub(crate) mod surge;
pub(crate) mod surge_family;
pub(crate) mod xray_json;

/// Whether the format can hold the values of a node that it knows otherwise: lines have no word for a
/// comma inside a part.
pub(crate) fn is_writable(format: Format, node: &ExportNode) -> bool {
    match format {
        Format::Loon => loon::write(node, &FirstOfAll).is_some(),
        Format::QuantumultX => quantumult_x::write(node).is_some(),
        Format::Surfboard => surfboard::write(node).is_some(),
        Format::Surge => surge::write(node).is_some(),
        _ => true,
    }
}

/// Draws the first, so that the same node always gets the same answer.
struct FirstOfAll;

impl Random for FirstOfAll {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}
