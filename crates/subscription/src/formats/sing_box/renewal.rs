//! Saying in today's words what templates say that were written for older cores: newer ones have
//! removed the old words, and refuse a document that has any. The template that comes with Xboard's
//! databases is such a one.

use std::collections::HashMap;

use crate::tree::{Members, Tree};

/// Since 1.10 a tun has one list of addresses for both families.
pub(super) fn tun_addresses(configuration: &mut Members) {
    for inbound in configuration.maps_mut("inbounds") {
        if inbound.text("type") != Some("tun") {
            continue;
        }
        for (joined, parted) in [
            ("address", ["inet4_address", "inet6_address"]),
            (
                "route_address",
                ["inet4_route_address", "inet6_route_address"],
            ),
            (
                "route_exclude_address",
                ["inet4_route_exclude_address", "inet6_route_exclude_address"],
            ),
        ] {
            let parts: Vec<Tree> = parted
                .into_iter()
                .filter_map(|name| inbound.take(name))
                .collect();
            if parts.is_empty() {
                continue;
            }
            let mut all = listed(inbound.take(joined));
            all.extend(parts.into_iter().flat_map(|part| listed(Some(part))));
            inbound.put(joined, Tree::List(all));
        }
    }
}

/// Since 1.11 the outbounds `block` and `dns` are actions of rules.
pub(super) fn special_outbounds(configuration: &mut Members) {
    let mut removed = HashMap::new();
    let mut kept = configuration.take_list("outbounds");
    kept.retain(|outbound| {
        let members = outbound.as_map();
        let action = match members.and_then(|members| members.text("type")) {
            Some("dns") => "hijack-dns",
            Some("block") => "reject",
            _ => return true,
        };
        let tag = members.and_then(|members| members.text("tag"));
        removed.extend(tag.map(|tag| (tag.to_owned(), action)));
        false
    });
    leave_groups(&mut kept, &mut removed);
    configuration.put("outbounds", kept);
    let Some(route) = configuration.map_mut("route") else {
        return;
    };
    for rule in route.maps_mut("rules") {
        let action = rule
            .text("outbound")
            .and_then(|tag| removed.get(tag).copied());
        if let Some(action) = action {
            rule.take("outbound");
            rule.put("action", action);
        }
    }
    if route
        .text("final")
        .and_then(|tag| removed.get(tag))
        .is_some()
    {
        route.take("final");
        let mut all = Members::default();
        all.put("network", vec!["tcp", "udp"]);
        all.put("action", "reject");
        let mut rules = route.take_list("rules");
        rules.push(all.into());
        route.put("rules", rules);
    }
}

/// Takes what was removed out of groups. A group of which nothing is left is removed as well, and
/// what led to it does what its first entry did.
fn leave_groups(outbounds: &mut Vec<Tree>, removed: &mut HashMap<String, &'static str>) {
    loop {
        let before = removed.len();
        outbounds.retain_mut(|outbound| {
            let Tree::Map(group) = outbound else {
                return true;
            };
            if !matches!(group.text("type"), Some("selector" | "urltest")) {
                return true;
            }
            let mut first = None;
            let mut entries = group.take_list("outbounds");
            entries.retain(|entry| {
                let action = entry.as_text().and_then(|tag| removed.get(tag).copied());
                first = first.or(action);
                action.is_none()
            });
            let is_left = first.is_none() || !entries.is_empty();
            group.put("outbounds", entries);
            if group
                .text("default")
                .is_some_and(|tag| removed.contains_key(tag))
            {
                group.take("default");
            }
            if let (false, Some(action), Some(tag)) = (is_left, first, group.text("tag")) {
                removed.insert(tag.to_owned(), action);
            }
            is_left
        });
        if removed.len() == before {
            return;
        }
    }
}

/// Since 1.11 sniffing and resolving are actions of rules, not of inbounds.
pub(super) fn inbound_actions(configuration: &mut Members) {
    let mut sniffing = Vec::new();
    let mut resolving: Vec<(String, Option<String>)> = Vec::new();
    let mut inbounds = 0_usize;
    for inbound in configuration.maps_mut("inbounds") {
        inbounds += 1;
        let tag = inbound.text("tag").map(str::to_owned);
        let strategy = inbound.take("domain_strategy");
        let strategy = strategy
            .as_ref()
            .and_then(Tree::as_text)
            .filter(|text| !text.is_empty());
        resolving.extend(strategy.map(|strategy| (strategy.to_owned(), tag.clone())));
        if inbound.take("sniff") == Some(Tree::Flag(true)) {
            sniffing.push(tag);
        }
        for gone in ["sniff_override_destination", "sniff_timeout", "gso"] {
            inbound.take(gone);
        }
    }
    let Some(route) = configuration.map_mut("route") else {
        return;
    };
    let mut rules = route.take_list("rules");
    let mut at = 0;
    let sniffs = |rule: &Tree| rule.as_map().and_then(|rule| rule.text("action")) == Some("sniff");
    if !sniffing.is_empty() && !rules.iter().any(sniffs) {
        rules.insert(at, rule_of_inbounds("sniff", sniffing, inbounds).into());
        at += 1;
    }
    while let Some((strategy, _)) = resolving.first().cloned() {
        let (same, others): (Vec<_>, Vec<_>) =
            resolving.into_iter().partition(|(own, _)| *own == strategy);
        resolving = others;
        let tags = same.into_iter().map(|(_, tag)| tag).collect();
        let mut rule = rule_of_inbounds("resolve", tags, inbounds);
        rule.put("strategy", strategy);
        rules.insert(at, rule.into());
        at += 1;
    }
    route.put("rules", rules);
}

/// An action for these inbounds; for all of them where all are meant, or where one has no tag.
fn rule_of_inbounds(action: &str, tags: Vec<Option<String>>, of: usize) -> Members {
    let mut rule = Members::default();
    if tags.len() < of {
        let named: Option<Vec<String>> = tags.into_iter().collect();
        rule.put_some("inbound", named);
    }
    rule.put("action", action);
    rule
}

/// Since 1.12 DNS servers have a type, and no server answers with a fixed code.
pub(super) fn dns_servers(configuration: &mut Members) {
    let idle = idle_outbounds(configuration);
    let Some(dns) = configuration.map_mut("dns") else {
        return;
    };
    let fake = dns.take("fakeip");
    let mut codes = HashMap::new();
    let mut strategies = HashMap::new();
    dns.retain("servers", |server| {
        let Tree::Map(server) = server else {
            return true;
        };
        let tag = server.text("tag").unwrap_or_default().to_owned();
        let Some(Tree::Text(address)) = server.take("address") else {
            return true;
        };
        if let Some(code) = address.strip_prefix("rcode://") {
            codes.insert(tag, response_code(code));
            return false;
        }
        put_address(server, &address, fake.as_ref());
        let resolver = server.take("address_resolver");
        let strategy = server.take("address_strategy");
        if let Some(Tree::Text(resolver)) = resolver {
            let mut members = Members::default();
            members.put("server", resolver.into_owned());
            members.put_some("strategy", strategy);
            server.put("domain_resolver", members);
        }
        strategies.extend(server.take("strategy").map(|strategy| (tag, strategy)));
        if server
            .text("detour")
            .is_some_and(|detour| idle.iter().any(|tag| tag == detour))
        {
            server.take("detour");
        }
        true
    });
    if dns.text("final").is_some_and(|tag| codes.contains_key(tag)) {
        dns.take("final");
    }
    for rule in dns.maps_mut("rules") {
        let server = rule.text("server").unwrap_or_default().to_owned();
        if let Some(code) = codes.get(&server) {
            rule.take("server");
            rule.put("action", "predefined");
            rule.put("rcode", *code);
        } else if let Some(strategy) = strategies
            .get(&server)
            .filter(|_| rule.get("strategy").is_none())
        {
            rule.put("strategy", strategy.clone());
        }
    }
}

/// Since 1.14 a DNS rule has no strategy: that a family is not wanted is an answer without records.
pub(super) fn dns_strategies(configuration: &mut Members) {
    let Some(dns) = configuration.map_mut("dns") else {
        return;
    };
    let mut rules = Vec::new();
    for mut rule in dns.take_list("rules") {
        if let Tree::Map(members) = &mut rule {
            let strategy = members.take("strategy");
            let unwanted = match strategy.as_ref().and_then(Tree::as_text) {
                Some("ipv4_only") => Some("AAAA"),
                Some("ipv6_only") => Some("A"),
                _ => None,
            };
            let is_open = members.get("query_type").is_none() && members.text("type").is_none();
            if let Some(family) = unwanted.filter(|_| is_open) {
                let mut without = members.clone();
                without.take("server");
                without.put("query_type", vec![family]);
                without.put("action", "predefined");
                rules.push(without.into());
            }
        }
        rules.push(rule);
    }
    if !rules.is_empty() {
        dns.put("rules", rules);
    }
}

/// Direct outbounds of which nothing is set: the core refuses a detour through one.
fn idle_outbounds(configuration: &mut Members) -> Vec<String> {
    let direct = configuration.maps_mut("outbounds").filter(|outbound| {
        outbound.text("type") == Some("direct") && outbound.has_only(&["type", "tag"])
    });
    direct
        .filter_map(|outbound| outbound.text("tag").map(str::to_owned))
        .collect()
}

/// What `https://1.1.1.1:443/dns-query` says, in members.
fn put_address(server: &mut Members, address: &str, fake: Option<&Tree>) {
    let (scheme, place) = address.split_once("://").unwrap_or(("udp", address));
    match (scheme, place) {
        ("udp", "local") => server.put("type", "local"),
        ("udp", "fakeip") => {
            server.put("type", "fakeip");
            let ranges = fake.and_then(Tree::as_map);
            for name in ["inet4_range", "inet6_range"] {
                server.put_some(name, ranges.and_then(|ranges| ranges.get(name)).cloned());
            }
        }
        ("dhcp", interface) => {
            server.put("type", "dhcp");
            server.put_some("interface", Some(interface).filter(|name| *name != "auto"));
        }
        _ => {
            let (authority, path) = match place.split_once('/') {
                Some((authority, path)) => (authority, format!("/{path}")),
                None => (place, String::new()),
            };
            let (host, port) = host_and_port(authority);
            server.put("type", scheme);
            server.put("server", host);
            server.put_some("server_port", port);
            let is_usual = matches!(path.as_str(), "" | "/" | "/dns-query");
            server.put_some("path", (!is_usual).then_some(path));
        }
    }
}

fn host_and_port(authority: &str) -> (&str, Option<u16>) {
    if let Some((host, behind)) = authority
        .strip_prefix('[')
        .and_then(|v6| v6.split_once(']'))
    {
        return (
            host,
            behind.strip_prefix(':').and_then(|port| port.parse().ok()),
        );
    }
    match authority.split_once(':') {
        Some((host, port)) if !port.contains(':') => (host, port.parse().ok()),
        _ => (authority, None),
    }
}

/// The code under the name that DNS has for it.
fn response_code(name: &str) -> &'static str {
    match name {
        "format_error" => "FORMERR",
        "server_failure" => "SERVFAIL",
        "name_error" => "NXDOMAIN",
        "not_implemented" => "NOTIMP",
        "refused" => "REFUSED",
        _ => "NOERROR",
    }
}

/// Since 1.12 the server that resolves the names of nodes is told by the route, not by a DNS rule.
pub(super) fn resolver(configuration: &mut Members) {
    let mut told = None;
    let mut first = None;
    if let Some(dns) = configuration.map_mut("dns") {
        dns.retain("rules", |rule| {
            let members = rule.as_map();
            let is_about_nodes = members.is_some_and(|rule| rule.get("outbound").is_some());
            if is_about_nodes {
                let server = members.and_then(|rule| rule.text("server"));
                told = told.take().or_else(|| server.map(str::to_owned));
            }
            !is_about_nodes
        });
        // One that is reached without any node.
        let mut servers = dns.maps_mut("servers");
        let direct = servers
            .find(|server| server.get("detour").is_none() && server.text("type") != Some("fakeip"));
        first = direct.and_then(|server| server.text("tag").map(str::to_owned));
    }
    let route = configuration.map_mut("route");
    if let Some(route) = route.filter(|route| route.get("default_domain_resolver").is_none()) {
        route.put_some("default_domain_resolver", told.or(first));
    }
}

/// The items of a list, or the one.
fn listed(value: Option<Tree>) -> Vec<Tree> {
    match value {
        Some(Tree::List(items)) => items,
        single => single.into_iter().collect(),
    }
}
