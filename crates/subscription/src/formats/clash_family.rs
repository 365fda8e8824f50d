//! What the formats of Clash's relatives have in common: a YAML document made of a template, with
//! nodes under `proxies` whose transports are written alike.

pub(super) mod plugin;
pub(crate) mod template;
pub(super) mod transport;

use crate::tree::Members;
use crate::{Document, Export, ExportNode};

use template::ClashTemplate;

/// The document: the template with the proxies that `write` makes of the nodes.
pub(super) fn document(
    export: &Export<'_>,
    template: &ClashTemplate,
    write: impl Fn(&ExportNode) -> Option<Members>,
) -> Document {
    let proxies = export.nodes.iter().filter_map(write).collect();
    let body = template.fill(proxies, export.site);
    Document::new("text/yaml", body)
        .with_account(export.subscriber)
        .with("profile-update-interval", "24")
        .with_file_name(export.site, "")
}

/// The members with which every proxy begins.
pub(super) fn proxy(node: &ExportNode, kind: &str) -> Members {
    let mut proxy = Members::default();
    proxy.put("name", node.name.as_str());
    proxy.put("type", kind);
    proxy.put("server", node.host.as_str());
    proxy.put("port", node.port);
    proxy
}

/// Shadowsocks without its plugin.
pub(super) fn shadowsocks(node: &ExportNode) -> Members {
    let mut proxy = proxy(node, "ss");
    proxy.put_some("cipher", node.settings.text("cipher"));
    proxy.put("password", node.password.as_str());
    proxy.put("udp", true);
    proxy
}

/// `VMess` without TLS and transport.
pub(super) fn vmess(node: &ExportNode) -> Members {
    let mut proxy = proxy(node, "vmess");
    proxy.put("uuid", node.password.as_str());
    proxy.put("alterId", 0_i64);
    proxy.put("cipher", "auto");
    proxy.put("udp", true);
    proxy
}

/// Trojan without TLS and transport.
pub(super) fn trojan(node: &ExportNode) -> Members {
    let mut proxy = proxy(node, "trojan");
    proxy.put("password", node.password.as_str());
    proxy.put("udp", true);
    proxy
}

/// What TUIC knows a user by, which depends on its version.
pub(super) fn put_tuic_secret(node: &ExportNode, proxy: &mut Members) {
    if node.settings.integer("version") == Some(4) {
        proxy.put("token", node.password.as_str());
    } else {
        proxy.put("uuid", node.password.as_str());
        proxy.put("password", node.password.as_str());
    }
}

/// The protocols that TUIC asks for, where any are set: an empty list asks for none at all, and no
/// server agrees to that.
pub(super) fn put_alpn(node: &ExportNode, proxy: &mut Members) {
    let alpn: Vec<&str> = node.texts("alpn").collect();
    if !alpn.is_empty() {
        proxy.put("alpn", alpn);
    }
}

/// SOCKS and HTTP, which differ in nothing but UDP.
pub(super) fn plain(node: &ExportNode, kind: &str) -> Members {
    let mut proxy = proxy(node, kind);
    if kind == "socks5" {
        proxy.put("udp", true);
    }
    proxy.put("username", node.password.as_str());
    proxy.put("password", node.password.as_str());
    if node.tls() != 0 {
        proxy.put("tls", true);
        proxy.put(
            "skip-cert-verify",
            node.settings.flag("tls_settings.allow_insecure"),
        );
    }
    proxy
}

/// What the server's certificate must be, as `settings` (`tls_settings` or `reality_settings`) say;
/// `name` is the member for the server's name.
pub(super) fn verification(
    node: &ExportNode,
    settings: &str,
    name: &'static str,
    proxy: &mut Members,
) {
    proxy.put(
        "skip-cert-verify",
        node.settings.flag(&format!("{settings}.allow_insecure")),
    );
    proxy.put_some(name, node.filled(&format!("{settings}.server_name")));
}

/// The member `reality-opts`.
pub(super) fn reality(node: &ExportNode, proxy: &mut Members) {
    let mut options = Members::default();
    options.put_some(
        "public-key",
        node.settings.text("reality_settings.public_key"),
    );
    options.put_some("short-id", node.settings.text("reality_settings.short_id"));
    proxy.put("reality-opts", options);
}
