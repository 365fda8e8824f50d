//! Fitting a configuration to the version of the core that reads it: cores refuse what they do not
//! know yet, and what they know no more.

use std::cmp::Ordering;

use super::renewal;
use crate::tree::{Members, Tree};
use crate::version;

/// Rewrites what this version of sing-box would refuse.
pub(super) fn adapt(configuration: &mut Members, core: &str) {
    let before = |minimum| version::compare(core, minimum) == Ordering::Less;
    if before("1.11") {
        actions_to_outbounds(configuration);
        sniffing_to_inbounds(configuration);
    } else {
        renewal::special_outbounds(configuration);
        renewal::inbound_actions(configuration);
    }
    if before("1.12") {
        dns_servers_to_addresses(configuration);
        resolver_to_dns_rule(configuration);
    } else {
        renewal::dns_servers(configuration);
        renewal::resolver(configuration);
    }
    if !before("1.14") {
        renewal::dns_strategies(configuration);
    }
    if before("1.10") {
        tun_addresses_by_family(configuration);
    } else {
        renewal::tun_addresses(configuration);
    }
}

/// Before 1.11 rules had no actions: they led to an outbound.
fn actions_to_outbounds(configuration: &mut Members) {
    let (mut dns, mut block) = (false, false);
    for rule in rules(configuration) {
        let outbound = match rule.text("action") {
            Some("hijack-dns") => {
                dns = true;
                "dns-out"
            }
            Some("reject") => {
                block = true;
                "block"
            }
            _ => continue,
        };
        rule.take("action");
        rule.put("outbound", outbound);
    }
    let mut outbounds = configuration.take_list("outbounds");
    for (needed, kind, tag) in [(block, "block", "block"), (dns, "dns", "dns-out")] {
        if needed {
            let mut outbound = Members::default();
            outbound.put("type", kind);
            outbound.put("tag", tag);
            outbounds.push(outbound.into());
        }
    }
    configuration.put("outbounds", outbounds);
}

/// Before 1.11 inbounds did what the action `sniff` does since.
fn sniffing_to_inbounds(configuration: &mut Members) {
    let mut sniffing = false;
    if let Some(route) = configuration.map_mut("route") {
        let mut rules = route.take_list("rules");
        let before = rules.len();
        rules.retain(|rule| rule.as_map().and_then(|rule| rule.text("action")) != Some("sniff"));
        sniffing = rules.len() != before;
        route.put("rules", rules);
    }
    for inbound in configuration.maps_mut("inbounds") {
        if sniffing {
            inbound.put("sniff", true);
        }
        if inbound.text("type") == Some("tun") {
            inbound.put("endpoint_independent_nat", true);
        }
        if inbound.get("sniff") == Some(&Tree::Flag(true)) {
            inbound.put("sniff_override_destination", true);
        }
    }
}

/// Before 1.12 a DNS server was written as one address.
fn dns_servers_to_addresses(configuration: &mut Members) {
    let Some(dns) = configuration.map_mut("dns") else {
        return;
    };
    for server in dns.maps_mut("servers") {
        let Some(kind) = server.take("type") else {
            continue;
        };
        let host = server.take("server");
        let host = host.as_ref().and_then(Tree::as_text);
        let named = host.unwrap_or_default();
        let address = match kind.as_text().unwrap_or_default() {
            "https" => format!("https://{named}/dns-query"),
            kind @ ("tls" | "tcp" | "quic") => format!("{kind}://{named}"),
            "block" => "rcode://refused".to_owned(),
            "rcode" => {
                let code = server.take("rcode");
                let code = code.as_ref().and_then(Tree::as_text);
                format!("rcode://{}", code.unwrap_or("success"))
            }
            "local" => "local".to_owned(),
            _ => match host {
                Some(host) => host.to_owned(),
                None => continue,
            },
        };
        server.put("address", address);
    }
}

/// Before 1.12 the server that resolves the names of nodes was told by a DNS rule.
fn resolver_to_dns_rule(configuration: &mut Members) {
    let route = configuration.map_mut("route");
    let resolver = route.and_then(|route| route.take("default_domain_resolver"));
    let server = match &resolver {
        Some(Tree::Text(server)) => server.to_string(),
        Some(Tree::Map(members)) => members.text("server").unwrap_or_default().to_owned(),
        _ => return,
    };
    if let Some(dns) = configuration.map_mut("dns") {
        let mut rule = Members::default();
        rule.put("outbound", vec!["any"]);
        rule.put("server", server);
        let mut rules = dns.take_list("rules");
        rules.insert(0, rule.into());
        dns.put("rules", rules);
    }
}

/// Before 1.10 a tun had one address of each family; the last of each wins.
fn tun_addresses_by_family(configuration: &mut Members) {
    for inbound in configuration.maps_mut("inbounds") {
        if inbound.text("type") != Some("tun") {
            continue;
        }
        let addresses = match inbound.take("address") {
            Some(Tree::List(addresses)) => addresses,
            single => single.into_iter().collect(),
        };
        for address in addresses {
            let v6 = address.as_text().is_some_and(|text| text.contains(':'));
            inbound.put(if v6 { "inet6_address" } else { "inet4_address" }, address);
        }
    }
}

fn rules(configuration: &mut Members) -> impl Iterator<Item = &mut Members> {
    let route = configuration.map_mut("route");
    route.into_iter().flat_map(|route| route.maps_mut("rules"))
}
