//! Plugins of Shadowsocks, as links and lines know them.

use crate::{ExportNode, capability};

/// The plugin of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Plugin {
    /// None, or one that is switched on without saying how.
    None,
    /// `simple-obfs`, under any of its names.
    Obfs(Obfs),
    /// `v2ray-plugin` over WebSocket, with its options as they stand.
    V2ray(String),
    /// Anything else: no client that reads links or lines has it.
    Other,
}

/// How `simple-obfs` disguises traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Obfs {
    /// `http` or `tls`.
    pub(super) mode: String,
    /// Whether it is `http`.
    pub(super) is_http: bool,
    pub(super) host: Option<String>,
    pub(super) path: Option<String>,
}

impl Plugin {
    pub(super) fn of(node: &ExportNode) -> Self {
        match node.plugin() {
            None => Self::None,
            Some(capability::Plugin::SimpleObfs) => obfs(node),
            Some(capability::Plugin::V2rayWebSocket) => {
                let options = node.filled("plugin_opts").unwrap_or_default();
                Self::V2ray(options.trim().trim_matches(';').to_owned())
            }
            Some(_) => Self::Other,
        }
    }
}

fn obfs(node: &ExportNode) -> Plugin {
    let options = node.plugin_options();
    let value = |names: [&str; 2]| {
        let found = names.into_iter().find_map(|name| options.value(name));
        found.filter(|value| !value.is_empty())
    };
    let mode = value(["obfs", "mode"]).or_else(|| node.filled("obfs"));
    let mode = mode.unwrap_or("http");
    Plugin::Obfs(Obfs {
        mode: mode.to_owned(),
        is_http: mode == "http",
        host: value(["obfs-host", "host"]).map(str::to_owned),
        path: value(["path", "obfs-uri"]).map(str::to_owned),
    })
}

impl Obfs {
    /// The options as the program that carries the plugin reads them.
    pub(super) fn options(&self) -> String {
        let mut options = format!("obfs={}", self.mode);
        for (name, value) in [("obfs-host", &self.host), ("obfs-uri", &self.path)] {
            if let Some(value) = value {
                options.extend([";", name, "=", value.as_str()]);
            }
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_protocol::Protocol;
    use serde_json::json;

    use super::*;
    use crate::testing::a_node;

    #[test]
    fn plugins_are_known_by_all_their_names() {
        let of = |plugin: &str, options: &str| {
            let settings = json!({"plugin": plugin, "plugin_opts": options});
            Plugin::of(&a_node(Protocol::Shadowsocks, &settings))
        };
        let http = Plugin::Obfs(Obfs {
            mode: "http".into(),
            is_http: true,
            host: Some("o.test".into()),
            path: Some("/p".into()),
        });
        for (plugin, options) in [
            ("obfs", "obfs=http;obfs-host=o.test;path=/p"),
            ("obfs-local", "obfs=http; obfs-host=o.test; obfs-uri=/p"),
            ("simple-obfs", "obfs-host=o.test;obfs=http;obfs-uri=/p"),
        ] {
            assert_eq!(of(plugin, options), http, "{plugin}");
        }
        for (plugin, options, expected) in [
            ("", "obfs=http", Plugin::None),
            ("obfs", "", Plugin::None),
            ("obfs", "obfs=quic", Plugin::Other),
            ("v2ray-plugin", "", Plugin::None),
            (
                "v2ray-plugin",
                "tls;host=h;",
                Plugin::V2ray("tls;host=h".into()),
            ),
            ("v2ray-plugin", "mode=quic;tls", Plugin::Other),
            ("shadow-tls", "host=h", Plugin::Other),
            ("restls", "host=h", Plugin::Other),
        ] {
            assert_eq!(of(plugin, options), expected, "{plugin} {options}");
        }
    }
}
