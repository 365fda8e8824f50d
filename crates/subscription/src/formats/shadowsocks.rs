//! SIP008: Shadowsocks servers as JSON.

use serde::Serialize;

use super::sip003::Plugin;
use crate::{Document, Export, ExportNode};

#[derive(Serialize)]
struct Sip008<'a> {
    version: u8,
    bytes_used: i64,
    bytes_remaining: i64,
    servers: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: i64,
    remarks: &'a str,
    server: &'a str,
    server_port: u16,
    password: &'a str,
    method: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    plugin: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plugin_opts: Option<String>,
}

/// `None` with a plugin that no client brings along.
fn entry(node: &ExportNode) -> Option<Entry<'_>> {
    let (plugin, plugin_opts) = match Plugin::of(node) {
        Plugin::None => (None, None),
        Plugin::Obfs(obfs) => (Some("obfs-local"), Some(obfs.options())),
        Plugin::V2ray(options) => (Some("v2ray-plugin"), Some(options)),
        Plugin::Other => return None,
    };
    Some(Entry {
        id: node.id.get(),
        remarks: &node.name,
        server: &node.host,
        server_port: node.port,
        password: &node.password,
        method: node.settings.text("cipher").unwrap_or_default(),
        plugin,
        plugin_opts,
    })
}

/// The document of Shadowsocks clients.
pub(crate) fn document(export: &Export<'_>) -> Document {
    let servers = export.nodes.iter().filter_map(entry);
    let list = Sip008 {
        version: 1,
        bytes_used: export.subscriber.used(),
        bytes_remaining: export.subscriber.remaining(),
        servers: servers.collect(),
    };
    // Numbers and texts always have a JSON form.
    let body = serde_json::to_string(&list).unwrap_or_default();
    Document::new("application/json", body)
}
