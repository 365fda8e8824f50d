//! What Surge and Surfboard have in common: lines of nodes, and a template around them.

use ferroboard_protocol::Protocol;

use super::line::{self, Line};
use crate::traffic::Hundredths;
use crate::{Export, ExportNode};

/// Name, kind, host and port. `joint` stands between name and kind.
pub(super) fn begin(node: &ExportNode, joint: &str, kind: &str) -> Line {
    let mut line = Line::new(format_args!("{}{joint}{kind}", line::plain(&node.name)));
    line.part(&node.host);
    line.part(node.port);
    line
}

/// `None` with a plugin that the format does not know.
pub(super) fn shadowsocks(node: &ExportNode, joint: &str) -> Option<Line> {
    let mut line = begin(node, joint, "ss");
    line.put(
        "encrypt-method",
        node.settings.text("cipher").unwrap_or_default(),
    );
    line.put("password", &node.password);
    put_speed(&mut line);
    line.put_obfs(node, "obfs")?;
    Some(line)
}

pub(super) fn vmess(node: &ExportNode, joint: &str) -> Line {
    let mut line = begin(node, joint, "vmess");
    line.put("username", &node.password);
    line.put("vmess-aead", true);
    put_speed(&mut line);
    if node.tls() != 0 {
        line.put("tls", true);
        if node.settings.flag("tls_settings.allow_insecure") {
            line.put("skip-cert-verify", true);
        }
        line.put_some("sni", node.filled("tls_settings.server_name"));
    }
    put_web_socket(&mut line, node);
    line
}

fn put_web_socket(line: &mut Line, node: &ExportNode) {
    if node.network() == "ws" {
        line.put("ws", true);
        let path = node.filled("network_settings.path");
        line.put_some("ws-path", path.map(line::rooted));
        let host = node.first("network_settings.headers.Host");
        line.put_some("ws-headers", host.map(|host| format!("Host:{host}")));
    }
}

pub(super) fn trojan(node: &ExportNode, joint: &str) -> Line {
    let mut line = begin(node, joint, "trojan");
    line.put("password", &node.password);
    line.put_some("sni", node.filled("tls_settings.server_name"));
    put_speed(&mut line);
    if node.settings.flag("tls_settings.allow_insecure") {
        line.put("skip-cert-verify", true);
    }
    put_web_socket(&mut line, node);
    line
}

pub(super) fn anytls(node: &ExportNode, joint: &str) -> Line {
    let mut line = begin(node, joint, "anytls");
    line.put("password", &node.password);
    line
}

pub(super) fn put_speed(line: &mut Line) {
    line.put("tfo", true);
    line.put("udp-relay", true);
}

/// The name to check and whether it is checked, which stand in the settings of the layer.
pub(super) fn put_verification(line: &mut Line, node: &ExportNode, layer: &str) {
    line.put_some("sni", node.filled(&format!("{layer}.server_name")));
    if node.settings.flag(&format!("{layer}.allow_insecure")) {
        line.put("skip-cert-verify", true);
    }
}

/// The template with its variables replaced. Nodes of which `write` makes no line are in no list.
pub(super) fn fill(
    template: &str,
    export: &Export<'_>,
    link: &str,
    write: impl Fn(&ExportNode) -> Option<String>,
) -> String {
    let written = |node| write(node).map(|line| (line, line::plain(&node.name)));
    let (lines, names): (Vec<String>, Vec<String>) =
        export.nodes.iter().filter_map(written).unzip();
    let domain = export.site.host.as_ref().map_or("", |host| host.name());
    let values = [
        ("$subs_link", link.to_owned()),
        ("$subs_domain", domain.to_owned()),
        ("$proxies", line::text(lines.into_iter())),
        ("$proxy_group", names.join(", ")),
        ("$subscribe_info", account(export)),
    ];
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, from_mark)) = rest.find('$').and_then(|at| rest.split_at_checked(at)) {
        filled.push_str(before);
        let known = values
            .iter()
            .find_map(|(name, value)| Some((value, from_mark.strip_prefix(name)?)));
        if let Some((value, behind)) = known {
            filled.push_str(value);
            rest = behind;
        } else {
            filled.push('$');
            rest = from_mark.strip_prefix('$').unwrap_or_default();
        }
    }
    filled.push_str(rest);
    filled
}

/// The names that a template gives to what it brings, its groups among them.
pub(crate) fn names(template: &str) -> impl Iterator<Item = &str> {
    let named = template.lines().filter_map(|line| line.split_once('='));
    named.map(|(name, _)| name.trim())
}

/// A panel about the account, in which `\n` is written as two characters.
fn account(export: &Export<'_>) -> String {
    let account = export.subscriber;
    let [up, down, total] =
        [account.upload, account.download, account.transfer_enable].map(Hundredths::gigabytes);
    let left = total.minus(up).minus(down);
    let ends = account.expired_at.map_or_else(
        || "长期有效".to_owned(),
        |at| {
            let shown = export.site.zone.wall_clock(at);
            shown.format("%Y-%m-%d %H:%M:%S").to_string()
        },
    );
    let name = line::plain(&export.site.name);
    format!(
        "title={name}订阅信息, content=上传流量：{up}GB\\n下载流量：{down}GB\\n剩余流量：{left}GB\\n套餐流量：{total}GB\\n到期时间：{ends}"
    )
}

/// The protocols that both write alike.
pub(super) fn common(node: &ExportNode, joint: &str) -> Option<Line> {
    match node.protocol {
        Protocol::Shadowsocks => shadowsocks(node, joint),
        Protocol::Vmess => Some(vmess(node, joint)),
        Protocol::Trojan => Some(trojan(node, joint)),
        _ => None,
    }
}
