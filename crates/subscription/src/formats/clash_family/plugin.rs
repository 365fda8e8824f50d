//! Plugins of Shadowsocks: `plugin` and `plugin-opts`.

use crate::ExportNode;
use crate::tree::{Members, Tree};

/// The options of `mode=tls;host=example.com;mux`, later ones winning.
struct Options<'a>(Vec<(&'a str, Option<&'a str>)>);

impl<'a> Options<'a> {
    fn parse(text: &'a str) -> Self {
        let options = text.split(';').filter(|option| !option.is_empty());
        let parted = options.map(|option| match option.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim())),
            None => (option.trim(), None),
        });
        Self(parted.collect())
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        let last = self.0.iter().rev().find(|(own, _)| *own == name);
        last.and_then(|(_, value)| *value)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| *own == name)
    }

    fn all(&self, valueless: bool) -> Members {
        let member = |(name, value): &(&str, Option<&str>)| match value {
            Some(value) => Some(((*name).to_owned(), Tree::from(*value))),
            None => valueless.then(|| ((*name).to_owned(), Tree::from(true))),
        };
        self.0.iter().filter_map(member).collect()
    }
}

/// The plugin as Clash and Stash take it.
pub(in crate::formats) fn classic(node: &ExportNode, proxy: &mut Members) {
    let Some((plugin, options)) = plugin(node) else {
        return;
    };
    proxy.put("plugin", plugin);
    let mut members = Members::default();
    match plugin {
        "obfs" => {
            let mode = options.value("obfs").or_else(|| node.filled("obfs"));
            let host = options.value("obfs-host");
            let host = host.or_else(|| node.settings.text("obfs_settings.host"));
            members.put("mode", mode.unwrap_or("http"));
            members.put("host", host.unwrap_or_default());
            members.put_some("path", options.value("path"));
        }
        "v2ray-plugin" => {
            members.put("mode", options.value("mode").unwrap_or("websocket"));
            members.put("tls", options.value("tls") == Some("true"));
            members.put("host", options.value("host").unwrap_or_default());
            members.put("path", options.value("path").unwrap_or("/"));
        }
        _ => members = options.all(false),
    }
    proxy.put("plugin-opts", members);
}

/// The plugin as Mihomo takes it.
pub(in crate::formats) fn meta(node: &ExportNode, proxy: &mut Members) {
    let Some((plugin, options)) = plugin(node) else {
        return;
    };
    let mut name = plugin;
    let mut members = Members::default();
    match plugin {
        "obfs" | "obfs-local" => {
            name = "obfs";
            let mode = options.value("obfs").or_else(|| options.value("mode"));
            let host = options.value("obfs-host").or_else(|| options.value("host"));
            members.put("mode", mode.unwrap_or("http"));
            members.put("host", host.unwrap_or("www.bing.com"));
        }
        "v2ray-plugin" => {
            members.put("mode", options.value("mode").unwrap_or("websocket"));
            members.put("tls", options.has("tls") || options.has("server"));
            members.put_some("host", options.value("host"));
            members.put("path", options.value("path").unwrap_or("/"));
            members.put_some("mux", options.has("mux").then_some(true));
            if let Some(host) = options.value("host") {
                let mut headers = Members::default();
                headers.put("Host", host);
                members.put("headers", headers);
            }
        }
        "shadow-tls" => {
            let version = options.value("version").and_then(|text| text.parse().ok());
            members.put_some("host", options.value("host"));
            members.put_some("password", options.value("password"));
            members.put("version", version.unwrap_or(2_i64));
        }
        "restls" => {
            members.put_some("host", options.value("host"));
            members.put_some("password", options.value("password"));
            members.put(
                "restls-script",
                options.value("restls-script").unwrap_or("123"),
            );
        }
        _ => members = options.all(true),
    }
    proxy.put("plugin", name);
    proxy.put("plugin-opts", members);
}

/// The plugin's name and options, when both are set.
fn plugin(node: &ExportNode) -> Option<(&str, Options<'_>)> {
    let plugin = node.filled("plugin")?;
    let options = node.filled("plugin_opts")?;
    Some((plugin, Options::parse(options)))
}

#[cfg(test)]
mod tests {
    use ferroboard_protocol::Protocol;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::a_node;

    fn both(settings: &Value) -> [Value; 2] {
        let node = a_node(Protocol::Shadowsocks, settings);
        [classic, meta].map(|write| {
            let mut proxy = Members::default();
            write(&node, &mut proxy);
            serde_json::to_value(&proxy).unwrap()
        })
    }

    #[test]
    fn a_plugin_needs_options() {
        for settings in [
            json!({}),
            json!({"plugin": "obfs"}),
            json!({"plugin": "obfs", "plugin_opts": ""}),
            json!({"plugin_opts": "obfs=http"}),
        ] {
            assert_eq!(both(&settings), [json!({}), json!({})]);
        }
    }

    #[test]
    fn options_are_written_under_the_names_of_each_core() {
        for (plugin, options, classic, meta) in [
            (
                "obfs",
                "obfs=tls;obfs-host=a.test;path=/p",
                json!({"mode": "tls", "host": "a.test", "path": "/p"}),
                json!({"mode": "tls", "host": "a.test"}),
            ),
            (
                "obfs",
                "x=y",
                json!({"mode": "http", "host": ""}),
                json!({"mode": "http", "host": "www.bing.com"}),
            ),
            (
                "v2ray-plugin",
                "tls;host=a.test;mux=4",
                json!({"mode": "websocket", "tls": false, "host": "a.test", "path": "/"}),
                json!({
                    "mode": "websocket", "tls": true, "host": "a.test", "path": "/", "mux": true,
                    "headers": {"Host": "a.test"},
                }),
            ),
            (
                "v2ray-plugin",
                "tls=true; mode = quic",
                json!({"mode": "quic", "tls": true, "host": "", "path": "/"}),
                json!({"mode": "quic", "tls": true, "path": "/"}),
            ),
            (
                "shadow-tls",
                "host=a.test;password=p;version=3",
                json!({"host": "a.test", "password": "p", "version": "3"}),
                json!({"host": "a.test", "password": "p", "version": 3}),
            ),
            (
                "shadow-tls",
                "version=x",
                json!({"version": "x"}),
                json!({"version": 2}),
            ),
            (
                "restls",
                "host=a.test",
                json!({"host": "a.test"}),
                json!({"host": "a.test", "restls-script": "123"}),
            ),
            (
                "kcptun",
                "fast;a=1;a=2;;",
                json!({"a": "2"}),
                json!({"fast": true, "a": "2"}),
            ),
        ] {
            let given = json!({"plugin": plugin, "plugin_opts": options});
            let expected =
                [classic, meta].map(|opts| json!({"plugin": plugin, "plugin-opts": opts}));
            assert_eq!(both(&given), expected, "{plugin} {options}");
        }
        let local = both(&json!({"plugin": "obfs-local", "plugin_opts": "obfs=http;obfs-host=b"}));
        assert_eq!(local[1]["plugin"], "obfs");
        assert_eq!(
            local[0]["plugin-opts"],
            json!({"obfs": "http", "obfs-host": "b"})
        );
    }

    #[test]
    fn obfuscation_of_the_node_itself_fills_what_the_options_leave_open() {
        let found = both(&json!({
            "plugin": "obfs", "plugin_opts": "a=b", "obfs": "tls", "obfs_settings": {"host": "c.test"},
        }));
        assert_eq!(
            found[0]["plugin-opts"],
            json!({"mode": "tls", "host": "c.test"})
        );
    }
}
