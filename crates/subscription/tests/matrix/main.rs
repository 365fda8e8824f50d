//! Every node of the matrix in every format: read back as documents, loaded by the programs that read
//! them, and counted for `docs/exports.md`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test: a panic is the report"
)]

mod batches;
mod left_out;
mod page;
mod programs;
mod readers;

use ferroboard_subscription::testing::{FirstDrawn, a_site, a_subscriber};
use ferroboard_subscription::{Client, Document, Export, ExportNode, Templates, export};

/// A client of each family, as it asks.
const CLIENTS: [(&str, &str); 16] = [
    ("Clash", "clash"),
    ("mihomo", "clash.meta/1.19.32"),
    ("Stash", "Stash/3.1.0 Clash/1.9.0"),
    ("sing-box 1.14", "SFA/1.14.4 (600; sing-box 1.14.4)"),
    ("sing-box 1.13", "SFA/1.13.21 (600; sing-box 1.13.21)"),
    ("sing-box 1.12", "SFA/1.12.23 (600; sing-box 1.12.23)"),
    ("sing-box 1.11", "SFA/1.11.15 (600; sing-box 1.11.15)"),
    ("v2rayN", "v2rayN/7.10"),
    ("Shadowrocket", "Shadowrocket/2701 CFNetwork/1410"),
    ("Surge", "Surge iOS/3300"),
    ("Surfboard", "Surfboard/2.24.2"),
    ("Loon", "Loon/900"),
    ("Quantumult X", "Quantumult%20X/1.5.5"),
    ("SIP008", "shadowsocks"),
    ("Egern", "Egern/2.9.1"),
    ("Xray JSON", "xray-json"),
];

fn document(agent: &str, templates: &Templates, nodes: Vec<ExportNode>) -> Document {
    let export_of = Export {
        site: &a_site(),
        subscriber: &a_subscriber(),
        nodes,
        templates,
        random: &FirstDrawn,
    };
    export(&Client::detect(agent), export_of)
}
