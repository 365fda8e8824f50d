//! Plugins of Shadowsocks: `plugin` and `plugin-opts`.

use crate::ExportNode;
use crate::capability::Plugin;
use crate::plugin::PluginOptions;
use crate::tree::{Members, Tree};

/// The plugin as Clash and Stash take it.
pub(in crate::formats) fn classic(node: &ExportNode, proxy: &mut Members) {
    let Some(plugin) = node.plugin() else {
        return;
    };
    let options = node.plugin_options();
    let mut members = Members::default();
    let name = match plugin {
        Plugin::SimpleObfs => {
            let mode = obfs_mode(&options).or_else(|| node.filled("obfs"));
            let host = obfs_host(&options);
            let host = host.or_else(|| node.settings.text("obfs_settings.host"));
            members.put("mode", mode.unwrap_or("http"));
            members.put_some("host", host.filter(|host| !host.is_empty()));
            members.put_some("path", options.value("path"));
            "obfs"
        }
        Plugin::V2rayWebSocket => {
            members.put("mode", "websocket");
            members.put("tls", options.is_on("tls"));
            members.put_some("host", options.value("host"));
            members.put("path", options.value("path").unwrap_or("/"));
            "v2ray-plugin"
        }
        _ => return,
    };
    proxy.put("plugin", name);
    proxy.put("plugin-opts", members);
}

/// The plugin as Mihomo takes it.
pub(in crate::formats) fn meta(node: &ExportNode, proxy: &mut Members) {
    let Some(plugin) = node.plugin() else {
        return;
    };
    let options = node.plugin_options();
    let mut members = Members::default();
    let name = match plugin {
        Plugin::SimpleObfs => {
            let host = obfs_host(&options);
            members.put("mode", obfs_mode(&options).unwrap_or("http"));
            members.put("host", host.unwrap_or("www.bing.com"));
            "obfs"
        }
        Plugin::V2rayWebSocket => {
            members.put("mode", "websocket");
            members.put("tls", options.is_on("tls") || options.has("server"));
            members.put_some("host", options.value("host"));
            members.put("path", options.value("path").unwrap_or("/"));
            members.put_some("mux", options.has("mux").then_some(true));
            if let Some(host) = options.value("host") {
                let mut headers = Members::default();
                headers.put("Host", host);
                members.put("headers", headers);
            }
            "v2ray-plugin"
        }
        Plugin::ShadowTls => {
            let version = options.value("version").and_then(|text| text.parse().ok());
            members.put_some("host", options.value("host"));
            members.put_some("password", options.value("password"));
            members.put("version", version.unwrap_or(2_i64));
            "shadow-tls"
        }
        Plugin::Restls => {
            for name in ["host", "password", "version-hint"] {
                members.put_some(name, options.value(name));
            }
            let script = options.value("restls-script").unwrap_or("123");
            members.put("restls-script", script);
            "restls"
        }
        Plugin::Kcptun => {
            members = all(&options);
            "kcptun"
        }
        Plugin::V2rayQuic | Plugin::Unknown => return,
    };
    proxy.put("plugin", name);
    proxy.put("plugin-opts", members);
}

fn obfs_mode<'a>(options: &PluginOptions<'a>) -> Option<&'a str> {
    options.value("obfs").or_else(|| options.value("mode"))
}

fn obfs_host<'a>(options: &PluginOptions<'a>) -> Option<&'a str> {
    options.value("obfs-host").or_else(|| options.value("host"))
}

/// All options under their own names; those without a value are switched on.
fn all(options: &PluginOptions<'_>) -> Members {
    let member = |(name, value): (&str, Option<&str>)| {
        let value = value.map_or(Tree::from(true), Tree::from);
        (name.to_owned(), value)
    };
    options.iter().map(member).collect()
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
            json!({"plugin": "none", "plugin_opts": "obfs=http"}),
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
                json!({"mode": "http"}),
                json!({"mode": "http", "host": "www.bing.com"}),
            ),
            (
                "v2ray-plugin",
                "tls;host=a.test;mux=4",
                json!({"mode": "websocket", "tls": true, "host": "a.test", "path": "/"}),
                json!({
                    "mode": "websocket", "tls": true, "host": "a.test", "path": "/", "mux": true,
                    "headers": {"Host": "a.test"},
                }),
            ),
            (
                "v2ray-plugin",
                "tls=false; mode = websocket",
                json!({"mode": "websocket", "tls": false, "path": "/"}),
                json!({"mode": "websocket", "tls": false, "path": "/"}),
            ),
        ] {
            let given = json!({"plugin": plugin, "plugin_opts": options});
            let expected =
                [classic, meta].map(|opts| json!({"plugin": plugin, "plugin-opts": opts}));
            assert_eq!(both(&given), expected, "{plugin} {options}");
        }
        for name in ["obfs-local", "simple-obfs"] {
            let given = json!({"plugin": name, "plugin_opts": "obfs=http;obfs-host=b"});
            let expected = json!({"plugin": "obfs", "plugin-opts": {"mode": "http", "host": "b"}});
            assert_eq!(both(&given), [expected.clone(), expected], "{name}");
        }
    }

    #[test]
    fn some_plugins_are_known_to_mihomo_alone() {
        for (plugin, options, meta) in [
            (
                "shadow-tls",
                "host=a.test;password=p;version=3",
                json!({"host": "a.test", "password": "p", "version": 3}),
            ),
            (
                "shadow-tls",
                "host=a.test;version=x",
                json!({"host": "a.test", "version": 2}),
            ),
            (
                "restls",
                "host=a.test;password=p;version-hint=tls13",
                json!({
                    "host": "a.test", "password": "p", "version-hint": "tls13", "restls-script": "123",
                }),
            ),
            (
                "kcptun",
                "nocomp;mtu=1;mtu=2;;",
                json!({"nocomp": true, "mtu": "2"}),
            ),
        ] {
            let given = json!({"plugin": plugin, "plugin_opts": options});
            let expected = json!({"plugin": plugin, "plugin-opts": meta});
            assert_eq!(both(&given), [json!({}), expected], "{plugin} {options}");
        }
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
