//! What templates do with the nodes.

use ferroboard_subscription::testing::{FirstDrawn, a_site, a_subscriber};
use ferroboard_subscription::{Client, Export, Host, Site, TemplateName, Templates, export};
use serde_json::{Value, json};

use super::{document, named, read, templates};

fn clash(template: &str, names: &[&str]) -> Value {
    let nodes = names.iter().map(|name| named(name)).collect();
    read(&document("clash", &templates([("clash", template)]), nodes))
}

fn sing_box(outbounds: &Value, names: &[&str]) -> Vec<Value> {
    let template = json!({"outbounds": outbounds}).to_string();
    let nodes = names.iter().map(|name| named(name)).collect();
    let found = read(&document(
        "sing-box",
        &templates([("singbox", &template)]),
        nodes,
    ));
    found["outbounds"].as_array().unwrap().clone()
}

/// Name and proxies of each group.
fn groups(document: &Value) -> Value {
    let groups = document["proxy-groups"].as_array().unwrap().iter();
    groups
        .map(|group| json!([group["name"], group["proxies"]]))
        .collect()
}

#[test]
fn groups_get_all_nodes_or_those_that_match() {
    let template = r#"
proxy-groups:
  - { name: "$app_name", type: select, proxies: [Hong Kong, DIRECT] }
  - { name: Hong Kong, type: select, proxies: ["/hk|香港/i"] }
  - { name: Two, type: select, proxies: [DIRECT, "/^US/", "/1$/", DIRECT] }
  - { name: Others, type: select, proxies: ["/^(?!.*(HK|香港)).*$/u"] }
  - { name: No proxies, type: select }
"#;
    assert_eq!(
        groups(&clash(template, &["HK 1", "香港 2", "US 1"])),
        json!([
            [
                "Demo Panel",
                ["Hong Kong", "DIRECT", "HK 1", "香港 2", "US 1"]
            ],
            ["Hong Kong", ["HK 1", "香港 2"]],
            ["Two", ["DIRECT", "DIRECT", "US 1", "HK 1", "US 1"]],
            ["Others", ["US 1"]],
            ["No proxies", ["HK 1", "香港 2", "US 1"]],
        ])
    );
}

#[test]
fn empty_groups_vanish_with_all_that_names_them() {
    let template = r#"
proxy-groups:
  - { name: Main, type: select, proxies: [Japan, Chain, DIRECT] }
  - { name: Japan, type: select, proxies: ["/jp/i"] }
  - { name: Chain, type: select, proxies: [Japan, "/nothing/"] }
rules:
  - DOMAIN-SUFFIX,jp,Japan
  - IP-CIDR,1.0.0.0/8,Chain,no-resolve
  - DOMAIN,japan.test,Main
  - MATCH,Main
"#;
    let found = clash(template, &["US 1"]);
    assert_eq!(groups(&found), json!([["Main", ["DIRECT", "US 1"]]]));
    assert_eq!(
        found["rules"],
        json!([
            "DOMAIN,demo.test,DIRECT",
            "DOMAIN,japan.test,Main",
            "MATCH,Main"
        ])
    );
    let found = clash(template, &[]);
    assert_eq!(groups(&found), json!([["Main", ["DIRECT"]]]));
    assert_eq!(found["proxies"], json!([]));
}

#[test]
fn the_rest_of_a_template_stays_as_it_is() {
    let template = r#"
mixed-port: 7890
mode: rule
find-process-mode: off
unified-delay: true
defaults: &test { url: "http://t.test/204", interval: 300 }
hosts: { "$app_name.test": 127.0.0.1 }
secret: 'it''s "$app_name"'
octal: "0123"
proxies:
  - { name: Own, type: direct }
proxy-groups:
  - { <<: *test, name: Auto, type: url-test, proxies: [Own] }
listeners: [{ port: 1080, udp: true }]
"#;
    let document = document(
        "clash",
        &templates([("clash", template)]),
        vec![named("Own")],
    );
    let order = [
        "mixed-port",
        "mode",
        "defaults",
        "hosts",
        "secret",
        "octal",
        "proxies",
    ];
    let places = order.map(|name| document.body.find(&format!("\n{name}:")));
    assert!(
        document.body.starts_with("mixed-port: 7890\n"),
        "{}",
        document.body
    );
    assert!(places[1..].is_sorted(), "{}", document.body);
    let found = read(&document);
    assert_eq!(found["hosts"], json!({"Demo Panel.test": "127.0.0.1"}));
    assert_eq!(found["secret"], r#"it's "Demo Panel""#);
    assert_eq!(found["octal"], "0123");
    assert_eq!(found["find-process-mode"], "off");
    assert_eq!(found["unified-delay"], true);
    assert_eq!(found["listeners"], json!([{"port": 1080, "udp": true}]));
    assert_eq!(
        found["proxies"][0],
        json!({"name": "Own", "type": "direct"})
    );
    assert_eq!(found["proxies"][1]["name"], "Own 2");
    assert_eq!(
        found["proxy-groups"],
        json!([{
            "url": "http://t.test/204", "interval": 300, "name": "Auto", "type": "url-test",
            "proxies": ["Own", "Own 2"],
        }])
    );
}

#[test]
fn names_become_unique_also_against_groups_and_what_cores_have() {
    let template = "proxy-groups: [{name: $app_name, type: select, proxies: []}]";
    let found = clash(template, &["A", "DIRECT", "A", "Demo Panel"]);
    assert_eq!(
        groups(&found),
        json!([["Demo Panel", ["A", "DIRECT 2", "A 2", "Demo Panel 2"]]])
    );
    let found = sing_box(
        &json!([{"type": "direct", "tag": "direct"}]),
        &["direct", "B", "B"],
    );
    let tags: Vec<&Value> = found.iter().map(|outbound| &outbound["tag"]).collect();
    assert_eq!(tags, ["direct", "direct 2", "B", "B 2"]);
}

#[test]
fn texts_of_every_kind_come_back_from_the_document() {
    let names = [
        "yes",
        "null",
        "~",
        "0x1F",
        "1e5",
        "1_000",
        "012",
        "12:30:45",
        "2024-01-01",
        "- a",
        "a: b",
        "a #b",
        "{a}",
        "'",
        "\"",
        "\\",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "|",
        ">",
        "?",
        " x ",
        "🇭🇰 香港",
        "line\nbreak",
        "tab\t",
    ];
    let found = clash("proxies: []", &names);
    let proxies = found["proxies"].as_array().unwrap();
    let read: Vec<&str> = proxies
        .iter()
        .map(|proxy| proxy["name"].as_str().unwrap())
        .collect();
    assert_eq!(read, names);
}

#[test]
fn the_host_of_the_request_goes_direct() {
    for (header, expected) in [
        (
            Some("sub.test:8443"),
            json!(["DOMAIN,sub.test,DIRECT", "MATCH,DIRECT"]),
        ),
        (None, json!(["MATCH,DIRECT"])),
    ] {
        let site = Site {
            host: header.and_then(Host::parse),
            ..a_site()
        };
        let export_of = Export {
            site: &site,
            subscriber: &a_subscriber(),
            nodes: Vec::new(),
            templates: &templates([("stash", "rules: ['MATCH,DIRECT']")]),
            random: &FirstDrawn,
        };
        let found = read(&export(&Client::detect("stash"), export_of));
        assert_eq!(found["rules"], expected);
    }
}

#[test]
fn what_is_no_template_is_answered_by_the_shipped_one() {
    for broken in [
        "",
        " ",
        "just text",
        "[]",
        "a: [",
        "a: b: c",
        "{",
        "*unknown",
    ] {
        let broken = templates([("clash", broken), ("singbox", broken)]);
        for agent in ["clash", "sing-box"] {
            let shipped = document(agent, &Templates::default(), vec![named("A")]);
            assert_eq!(document(agent, &broken, vec![named("A")]), shipped);
        }
    }
    for odd in [
        "proxy-groups: {}",
        "proxies: 5\nrules: x",
        "proxy-groups: [1, {proxies: [2]}]",
    ] {
        let found = clash(odd, &["A"]);
        assert_eq!(found["proxies"][0]["name"], "A", "{odd}");
    }
}

#[test]
fn shipped_templates_put_every_node_where_it_is_used() {
    for (agent, name) in [
        ("clash", TemplateName::Clash),
        ("meta", TemplateName::ClashMeta),
        ("stash", TemplateName::Stash),
    ] {
        assert!(name.shipped().contains("$app_name"));
        let found = read(&document(
            agent,
            &Templates::default(),
            vec![named("A"), named("B")],
        ));
        assert_eq!(
            groups(&found),
            json!([
                ["Demo Panel", ["自动选择", "故障转移", "DIRECT", "A", "B"]],
                ["自动选择", ["A", "B"]],
                ["故障转移", ["A", "B"]],
            ])
        );
        assert_eq!(found["rules"][0], "DOMAIN,demo.test,DIRECT");
        assert_eq!(
            found["rules"].as_array().unwrap().last().unwrap(),
            "MATCH,Demo Panel"
        );
    }
    let found = read(&document(
        "sing-box",
        &Templates::default(),
        vec![named("A")],
    ));
    assert_eq!(
        found["outbounds"][0]["outbounds"],
        json!(["自动选择", "direct", "A"])
    );
    assert_eq!(found["outbounds"][1]["outbounds"], json!(["A"]));
    let found = read(&document("sing-box", &Templates::default(), Vec::new()));
    assert_eq!(found["outbounds"][1]["outbounds"], json!(["direct"]));
}

#[test]
fn groups_of_sing_box_choose_by_patterns() {
    let names = ["HK 1", "US 1", "香港 2"];
    for (conditions, expected) in [
        (json!({}), json!(["HK 1", "US 1", "香港 2"])),
        (json!({"include": "hk|香港"}), json!(["HK 1", "香港 2"])),
        (json!({"include": "/hk/"}), json!([])),
        (json!({"exclude": "us"}), json!(["HK 1", "香港 2"])),
        (json!({"include": "1", "exclude": "~us~i"}), json!(["HK 1"])),
        (
            json!({"include": "", "exclude": ""}),
            json!(["HK 1", "US 1", "香港 2"]),
        ),
        (
            json!({"include": "(", "fallback": "direct"}),
            json!(["direct"]),
        ),
        (json!({"exclude": "("}), json!(["HK 1", "US 1", "香港 2"])),
        (
            json!({"include": "jp", "fallback": "US 1"}),
            json!(["US 1"]),
        ),
        (
            json!({"include": "jp", "fallback": ["tw", "^hk|^us", "direct"]}),
            json!(["HK 1", "US 1"]),
        ),
        (
            json!({"include": "jp", "fallback": [5, "", "tw"]}),
            json!([]),
        ),
        (
            json!({"fallback": "direct"}),
            json!(["HK 1", "US 1", "香港 2"]),
        ),
    ] {
        for kind in ["selector", "urltest"] {
            let mut group = json!({"type": kind, "tag": "Group", "outbounds": ["own"]});
            group
                .as_object_mut()
                .unwrap()
                .extend(conditions.as_object().unwrap().clone());
            let direct = json!({"type": "direct", "tag": "direct", "include": "kept"});
            let found = sing_box(&json!([group, direct.clone()]), &names);
            let mut outbounds = vec![json!("own")];
            outbounds.extend(expected.as_array().unwrap().clone());
            let expected = json!({"type": kind, "tag": "Group", "outbounds": outbounds});
            assert_eq!(found[0], expected, "{conditions}");
            assert_eq!(found[1], direct);
            assert_eq!(found.len(), 2 + names.len());
        }
    }
}
