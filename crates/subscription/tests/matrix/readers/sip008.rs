//! Shadowsocks clients: SIP008.

use serde_json::Value;

use super::Found;
use super::schema::{Field, Kind, PORT, check, may, must};

const ROOT: &[Field] = &[
    must("version", Kind::Whole(1, 1)),
    may("bytes_used", Kind::Whole(0, i64::MAX)),
    may("bytes_remaining", Kind::Whole(0, i64::MAX)),
];
const SERVER: &[Field] = &[
    // The paper asks for a UUID; every client takes any id, and takes it for nothing else.
    must("id", Kind::Whole(1, i64::MAX)),
    must("remarks", Kind::Text),
    must("server", Kind::Filled),
    must("server_port", PORT),
    must("password", Kind::Filled),
    must(
        "method",
        Kind::Word(&[
            "aes-128-gcm",
            "aes-192-gcm",
            "aes-256-gcm",
            "chacha20-ietf-poly1305",
        ]),
    ),
    may("plugin", Kind::Word(&["obfs-local", "v2ray-plugin"])),
    may("plugin_opts", Kind::Text),
];

pub(super) fn read(body: &str) -> Found {
    let mut root: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
    let servers = root.as_object_mut().and_then(|root| root.remove("servers"));
    check(&root, &[ROOT])?;
    let Some(Value::Array(servers)) = servers else {
        return Err("no servers".to_owned());
    };
    let name = |server: &Value| {
        check(server, &[SERVER]).map_err(|why| format!("{why} in {server}"))?;
        Ok(server["remarks"].as_str().unwrap_or_default().to_owned())
    };
    servers.iter().map(name).collect()
}
