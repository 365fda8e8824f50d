//! sing-box before and after its language changed.

use ferroboard_subscription::Templates;
use serde_json::{Value, json};

use super::{document, named, read, templates};

fn adapted(agent: &str, template: &Value) -> Value {
    let templates = templates([("singbox", &template.to_string())]);
    read(&document(agent, &templates, Vec::new()))
}

#[test]
fn special_outbounds_are_actions_since_1_11() {
    let old = json!({
        "outbounds": [
            {"type": "direct", "tag": "direct"}, {"type": "block", "tag": "no"}, {"type": "dns", "tag": "ask"},
        ],
        "route": {"rules": [
            {"protocol": "dns", "outbound": "ask"}, {"port": 25, "outbound": "no"},
            {"port": 80, "outbound": "direct"},
        ]},
    });
    let new = json!({
        "outbounds": [{"type": "direct", "tag": "direct"}],
        "route": {"rules": [
            {"protocol": "dns", "action": "hijack-dns"}, {"port": 25, "action": "reject"},
            {"port": 80, "outbound": "direct"},
        ]},
    });
    // A client of another name with some version has a recent core.
    for agent in ["sing-box 1.11.0", "sing-box/1.14", "Hiddify/2.5.7"] {
        assert_eq!(adapted(agent, &old), new, "{agent}");
    }
    for agent in ["sing-box 1.10.9", "sing-box"] {
        assert_eq!(adapted(agent, &old), old, "{agent}");
    }
}

#[test]
fn actions_lead_to_outbounds_before_1_11() {
    let new = json!({
        "inbounds": [{"type": "tun"}, {"type": "mixed"}],
        "outbounds": [{"type": "direct", "tag": "direct"}],
        "route": {"rules": [
            {"action": "sniff"}, {"protocol": "dns", "action": "hijack-dns"}, {"port": 25, "action": "reject"},
        ]},
    });
    assert_eq!(adapted("sing-box 1.11.0", &new), new);
    assert_eq!(
        adapted("sing-box 1.10.9", &new),
        json!({
            "inbounds": [
                {
                    "type": "tun", "sniff": true, "endpoint_independent_nat": true,
                    "sniff_override_destination": true,
                },
                {"type": "mixed", "sniff": true, "sniff_override_destination": true},
            ],
            "outbounds": [
                {"type": "direct", "tag": "direct"}, {"type": "block", "tag": "block"},
                {"type": "dns", "tag": "dns-out"},
            ],
            "route": {"rules": [
                {"protocol": "dns", "outbound": "dns-out"}, {"port": 25, "outbound": "block"},
            ]},
        })
    );
    let silent = json!({
        "inbounds": [{"type": "tun"}, {"type": "mixed", "sniff": false}],
        "outbounds": [], "route": {"rules": []},
    });
    assert_eq!(
        adapted("sing-box 1.10.9", &silent)["inbounds"],
        json!([{"type": "tun", "endpoint_independent_nat": true}, {"type": "mixed", "sniff": false}])
    );
}

#[test]
fn dns_servers_are_addresses_before_1_12() {
    let servers = [
        (
            json!({"type": "https", "server": "1.1.1.1"}),
            "https://1.1.1.1/dns-query",
        ),
        (
            json!({"type": "tls", "server": "dns.test"}),
            "tls://dns.test",
        ),
        (json!({"type": "tcp", "server": "1.1.1.1"}), "tcp://1.1.1.1"),
        (
            json!({"type": "quic", "server": "dns.test"}),
            "quic://dns.test",
        ),
        (json!({"type": "udp", "server": "1.1.1.1"}), "1.1.1.1"),
        (json!({"type": "other", "server": "1.1.1.1"}), "1.1.1.1"),
        (json!({"type": "block"}), "rcode://refused"),
        (
            json!({"type": "rcode", "rcode": "name_error"}),
            "rcode://name_error",
        ),
        (json!({"type": "rcode"}), "rcode://success"),
        (json!({"type": "local"}), "local"),
    ];
    let new = json!({
        "dns": {"servers": servers.clone().map(|(server, _)| server)},
        "outbounds": [],
    });
    let old = json!({
        "dns": {"servers": servers.map(|(_, address)| json!({"address": address}))},
        "outbounds": [],
    });
    assert_eq!(adapted("sing-box 1.12.0", &new), new);
    assert_eq!(adapted("sing-box 1.11.15", &new), old);
}

#[test]
fn the_resolver_of_nodes_is_a_dns_rule_before_1_12() {
    for resolver in [
        json!("direct"),
        json!({"server": "direct", "strategy": "ipv4_only"}),
    ] {
        let new = json!({
            "dns": {"rules": [{"rule_set": "cn", "server": "direct"}]},
            "outbounds": [],
            "route": {"default_domain_resolver": resolver, "rules": []},
        });
        assert_eq!(adapted("sing-box 1.12.0", &new), new);
        let old = adapted("sing-box 1.11.0", &new);
        assert_eq!(old["route"], json!({"rules": []}));
        assert_eq!(
            old["dns"]["rules"],
            json!([{"outbound": ["any"], "server": "direct"}, {"rule_set": "cn", "server": "direct"}])
        );
    }
}

#[test]
fn a_tun_has_one_address_of_each_family_before_1_10() {
    let inbounds = |address: Value| json!({"inbounds": [{"type": "tun", "address": address}, {"type": "mixed"}], "outbounds": []});
    let new = inbounds(json!(["172.19.0.1/30", "fdfe::1/126", "172.20.0.1/30"]));
    assert_eq!(adapted("sing-box 1.12.0", &new), new);
    let tun = adapted("sing-box 1.9.7", &new)["inbounds"][0].clone();
    assert_eq!(
        tun,
        json!({
            "type": "tun", "endpoint_independent_nat": true,
            "inet4_address": "172.20.0.1/30", "inet6_address": "fdfe::1/126",
        })
    );
    let tun = adapted("sing-box 1.9.7", &inbounds(json!("172.19.0.1/30")))["inbounds"][0].clone();
    assert_eq!(tun["inet4_address"], "172.19.0.1/30");
    let old = json!({"inbounds": [{"type": "tun", "inet4_address": "172.19.0.1/30", "inet6_address": ["fdfe::1/126"]}]});
    let tun = adapted("sing-box 1.12.0", &old)["inbounds"][0].clone();
    assert_eq!(
        tun,
        json!({"type": "tun", "address": ["172.19.0.1/30", "fdfe::1/126"]})
    );
}

#[test]
fn groups_lose_what_was_removed() {
    let old = json!({
        "outbounds": [
            {"type": "selector", "tag": "All", "default": "no", "outbounds": ["no", "direct"]},
            {"type": "selector", "tag": "Adverts", "exclude": ".", "outbounds": ["no"]},
            {"type": "direct", "tag": "direct"}, {"type": "block", "tag": "no"},
        ],
        "route": {"rules": [{"port": 80, "outbound": "Adverts"}], "final": "no"},
    });
    assert_eq!(
        adapted("sing-box 1.13.0", &old),
        json!({
            "outbounds": [
                {"type": "selector", "tag": "All", "outbounds": ["direct"]},
                {"type": "direct", "tag": "direct"},
            ],
            "route": {"rules": [
                {"port": 80, "action": "reject"}, {"network": ["tcp", "udp"], "action": "reject"},
            ]},
        })
    );
}

#[test]
fn inbounds_leave_sniffing_and_resolving_to_rules_since_1_11() {
    let old = json!({
        "inbounds": [
            {"type": "tun", "tag": "tun", "sniff": true, "sniff_override_destination": true, "domain_strategy": "prefer_ipv4"},
            {"type": "mixed", "tag": "mixed", "sniff": true, "domain_strategy": ""},
        ],
        "outbounds": [],
        "route": {"rules": [{"port": 80, "outbound": "x"}]},
    });
    assert_eq!(
        adapted("sing-box 1.11.0", &old),
        json!({
            "inbounds": [{"type": "tun", "tag": "tun"}, {"type": "mixed", "tag": "mixed"}],
            "outbounds": [],
            "route": {"rules": [
                {"action": "sniff"},
                {"inbound": ["tun"], "action": "resolve", "strategy": "prefer_ipv4"},
                {"port": 80, "outbound": "x"},
            ]},
        })
    );
}

#[test]
fn dns_servers_have_types_since_1_12() {
    for (old, new) in [
        (json!("local"), json!({"type": "local"})),
        (
            json!("1.1.1.1"),
            json!({"type": "udp", "server": "1.1.1.1"}),
        ),
        (
            json!("udp://1.1.1.1:5353"),
            json!({"type": "udp", "server": "1.1.1.1", "server_port": 5353}),
        ),
        (
            json!("tcp://[2001:db8::1]:53"),
            json!({"type": "tcp", "server": "2001:db8::1", "server_port": 53}),
        ),
        (
            json!("2001:db8::1"),
            json!({"type": "udp", "server": "2001:db8::1"}),
        ),
        (
            json!("https://1.1.1.1/dns-query"),
            json!({"type": "https", "server": "1.1.1.1"}),
        ),
        (
            json!("h3://dns.test/x/y"),
            json!({"type": "h3", "server": "dns.test", "path": "/x/y"}),
        ),
        (json!("dhcp://auto"), json!({"type": "dhcp"})),
        (
            json!("dhcp://eth0"),
            json!({"type": "dhcp", "interface": "eth0"}),
        ),
    ] {
        let template = json!({"dns": {"servers": [{"address": old}]}, "outbounds": []});
        let found = adapted("sing-box 1.12.0", &template);
        assert_eq!(found["dns"]["servers"], json!([new]), "{old}");
    }
    let old = json!({
        "dns": {
            "servers": [
                {"tag": "far", "address": "tls://dns.test", "address_resolver": "near", "address_strategy": "ipv4_only", "detour": "All"},
                {"tag": "near", "address": "223.5.5.5", "detour": "direct", "strategy": "ipv4_only"},
                {"tag": "none", "address": "rcode://refused"},
            ],
            "rules": [
                {"outbound": "any", "server": "near"}, {"domain": "a.test", "server": "none"},
                {"domain": "b.test", "server": "near"},
            ],
        },
        "outbounds": [{"type": "direct", "tag": "direct"}],
        "route": {"rules": []},
    });
    let found = adapted("sing-box 1.12.0", &old);
    assert_eq!(
        found["dns"],
        json!({
            "servers": [
                {
                    "tag": "far", "type": "tls", "server": "dns.test", "detour": "All",
                    "domain_resolver": {"server": "near", "strategy": "ipv4_only"},
                },
                {"tag": "near", "type": "udp", "server": "223.5.5.5"},
            ],
            "rules": [
                {"domain": "a.test", "action": "predefined", "rcode": "REFUSED"},
                {"domain": "b.test", "server": "near", "strategy": "ipv4_only"},
            ],
        })
    );
    assert_eq!(found["route"]["default_domain_resolver"], "near");
    let found = adapted("sing-box 1.14.0", &old);
    assert_eq!(
        found["dns"]["rules"],
        json!([
            {"domain": "a.test", "action": "predefined", "rcode": "REFUSED"},
            {"domain": "b.test", "query_type": ["AAAA"], "action": "predefined"},
            {"domain": "b.test", "server": "near"},
        ])
    );
    assert_eq!(adapted("sing-box 1.11.9", &old)["dns"], old["dns"]);
}

#[test]
fn what_a_template_leaves_out_is_no_obstacle() {
    for template in [
        json!({}),
        json!({"dns": [], "route": 1, "inbounds": {}, "outbounds": [1, {"type": "dns"}]}),
        json!({"dns": {"servers": [{"type": 5}, 7]}, "route": {"rules": [5]}, "inbounds": [{"type": "tun"}]}),
    ] {
        for agent in ["sing-box 1.9.0", "sing-box 1.13.0"] {
            adapted(agent, &template);
        }
    }
}

#[test]
fn the_shipped_template_speaks_every_language() {
    let shipped = |agent| read(&document(agent, &Templates::default(), vec![named("A")]));
    let newest = shipped("sing-box 1.14.0");
    assert_eq!(newest, shipped("sing-box 1.12.0"));
    let oldest = shipped("sing-box 1.9.0").to_string();
    for new in [
        "\"action\"",
        "default_domain_resolver",
        "\"server\":\"223.5.5.5\"",
        "\"address\":[",
    ] {
        assert!(newest.to_string().contains(new), "{new}");
        assert!(!oldest.contains(new), "{new}");
    }
}
