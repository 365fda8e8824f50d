//! The transports below `VMess`, VLESS and Trojan: `network` and the options of each.

use crate::tree::Members;
use crate::{ExportNode, fields};

/// TCP, disguised as an HTTP request with these headers where the node wants that.
pub(in crate::formats) fn tcp(node: &ExportNode, headers: Members, proxy: &mut Members) {
    if node.header_type() != Some("http") {
        proxy.put("network", "tcp");
        return;
    }
    proxy.put("network", "http");
    let mut options = Members::default();
    if !headers.is_empty() {
        options.put("headers", headers);
    }
    let paths: Vec<&str> = node.texts("network_settings.header.request.path").collect();
    options.put("path", if paths.is_empty() { vec!["/"] } else { paths });
    proxy.put("http-opts", options);
}

/// All headers that are set for the disguise.
pub(in crate::formats) fn request_headers(node: &ExportNode) -> Members {
    let headers = node.settings.at("network_settings.header.request.headers");
    let named = headers.as_object().into_iter().flatten();
    let texts = named.map(|(name, value)| (name, fields::texts(value).collect::<Vec<_>>()));
    texts
        .filter(|(_, texts)| !texts.is_empty())
        .map(|(name, texts)| (name.clone(), texts.into()))
        .collect()
}

/// Nothing of them but `Host`.
pub(in crate::formats) fn request_host(node: &ExportNode) -> Members {
    let hosts: Vec<&str> = node
        .texts("network_settings.header.request.headers.Host")
        .collect();
    let mut headers = Members::default();
    headers.put_some("Host", (!hosts.is_empty()).then_some(hosts));
    headers
}

pub(in crate::formats) fn ws(node: &ExportNode, proxy: &mut Members) {
    proxy.put("network", "ws");
    let host = node.first("network_settings.headers.Host");
    let options = path_and_host_header(node, Members::default(), host);
    if !options.is_empty() {
        proxy.put("ws-opts", options);
    }
}

/// WebSocket, of which nothing but the upgrade is used.
pub(in crate::formats) fn http_upgrade(node: &ExportNode, proxy: &mut Members) {
    proxy.put("network", "ws");
    let mut options = Members::default();
    options.put("v2ray-http-upgrade", true);
    let host = node.first("network_settings.host");
    proxy.put("ws-opts", path_and_host_header(node, options, host));
}

pub(in crate::formats) fn grpc(node: &ExportNode, proxy: &mut Members) {
    proxy.put("network", "grpc");
    if let Some(service) = node.filled("network_settings.serviceName") {
        let mut options = Members::default();
        options.put("grpc-service-name", service);
        proxy.put("grpc-opts", options);
    }
}

pub(in crate::formats) fn h2(node: &ExportNode, proxy: &mut Members) {
    proxy.put("network", "h2");
    let mut options = Members::default();
    options.put_some("path", node.filled("network_settings.path"));
    let hosts: Vec<&str> = node.texts("network_settings.host").collect();
    options.put_some("host", (!hosts.is_empty()).then_some(hosts));
    proxy.put("h2-opts", options);
}

pub(in crate::formats) fn xhttp(node: &ExportNode, proxy: &mut Members) {
    proxy.put("network", "xhttp");
    let mut options = Members::default();
    for name in ["path", "host", "mode"] {
        options.put_some(name, node.first(&format!("network_settings.{name}")));
    }
    if !options.is_empty() {
        proxy.put("xhttp-opts", options);
    }
}

fn path_and_host_header(node: &ExportNode, mut options: Members, host: Option<&str>) -> Members {
    options.put_some("path", node.first("network_settings.path"));
    if let Some(host) = host {
        let mut headers = Members::default();
        headers.put("Host", host);
        options.put("headers", headers);
    }
    options
}
