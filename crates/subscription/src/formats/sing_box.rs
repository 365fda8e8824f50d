//! sing-box, and the clients around it.

pub(crate) mod adaptation;
mod outbound;
mod renewal;
pub(crate) mod template;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{Client, Document, Export};
use outbound::Core;

pub(crate) fn document(client: &Client, export: &Export<'_>) -> Document {
    let core = Core::of(client);
    let written = export
        .nodes
        .iter()
        .filter_map(|node| outbound::write(node, core, export.random));
    let mut configuration = export.templates.sing_box().fill(written.collect());
    if let Some(version) = client.sing_box_core() {
        adaptation::adapt(&mut configuration, version);
    }
    // Writing to a `String` cannot fail, and every name is a text.
    let body = serde_json::to_string(&configuration).unwrap_or_default();
    let title = format!("base64:{}", STANDARD.encode(&export.site.name));
    Document::new("application/json", body)
        .with("profile-title", title)
        .with_account(export.subscriber)
        .with("profile-update-interval", "24")
}
