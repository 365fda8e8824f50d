//! Plugins of Shadowsocks: what they do, and their options (SIP003).

use crate::ExportNode;
use crate::capability::Plugin;

/// The options of `mode=tls;host=example.com;mux`, later ones winning.
pub(crate) struct PluginOptions<'a>(Vec<(&'a str, Option<&'a str>)>);

impl<'a> PluginOptions<'a> {
    pub(crate) fn parse(text: &'a str) -> Self {
        let options = text
            .split(';')
            .map(str::trim)
            .filter(|option| !option.is_empty());
        let parted = options.map(|option| match option.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim())),
            None => (option, None),
        });
        Self(parted.collect())
    }

    /// The value of an option that has one.
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        let last = self.0.iter().rev().find(|(own, _)| *own == name);
        last.and_then(|(_, value)| *value)
    }

    /// Whether there is such an option.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| *own == name)
    }

    /// Whether a switch is set: `tls`, `tls=true`, `tls=1`.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.has(name) && !matches!(self.value(name), Some("false" | "0" | ""))
    }

    /// All of them, as they stand.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        self.0.iter().copied()
    }
}

impl ExportNode {
    /// What the plugin of Shadowsocks does, where the node has one: both its name and its options are
    /// set.
    pub(crate) fn plugin(&self) -> Option<Plugin> {
        let name = self.filled("plugin").filter(|name| *name != "none")?;
        self.filled("plugin_opts")?;
        let options = self.plugin_options();
        Some(match name {
            "obfs" | "obfs-local" | "simple-obfs" => {
                let mode = options.value("obfs").or_else(|| options.value("mode"));
                match mode.or_else(|| self.filled("obfs")) {
                    None | Some("http" | "tls") => Plugin::SimpleObfs,
                    Some(_) => Plugin::Unknown,
                }
            }
            "v2ray-plugin" => match options.value("mode") {
                None | Some("websocket") => Plugin::V2rayWebSocket,
                Some("quic") => Plugin::V2rayQuic,
                Some(_) => Plugin::Unknown,
            },
            "shadow-tls" => Plugin::ShadowTls,
            "restls" => Plugin::Restls,
            "kcptun" => Plugin::Kcptun,
            _ => Plugin::Unknown,
        })
    }

    /// The options of the plugin.
    pub(crate) fn plugin_options(&self) -> PluginOptions<'_> {
        PluginOptions::parse(self.filled("plugin_opts").unwrap_or_default())
    }
}
