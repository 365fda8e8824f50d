//! What a client cannot express is in no document and in no list of names, and nothing else is lost.

use std::collections::BTreeSet;

use ferroboard_subscription::Templates;
use serde_json::Value;

use super::{CLIENTS, batches, document};

/// The names of the proxies, and those that groups have.
fn names(found: &Value) -> (Vec<String>, BTreeSet<String>) {
    let (nodes, name, groups, entries) = if found.get("proxies").is_some() {
        ("proxies", "name", "proxy-groups", "proxies")
    } else {
        ("outbounds", "tag", "outbounds", "outbounds")
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let own = list(&found[nodes]).into_iter();
    let own = own.filter(|node| node.get("server").is_some());
    let own = own.map(|node| node[name].as_str().unwrap().to_owned());
    let named = list(&found[groups]).into_iter();
    let named = named.flat_map(|group| list(&group[entries]));
    let named = named.filter_map(|entry| entry.as_str().map(str::to_owned));
    (own.collect(), named.collect())
}

#[test]
fn an_odd_node_never_costs_the_others() {
    let templates = Templates::default();
    for (client, agent) in CLIENTS {
        for batch in batches::all() {
            let kept = batches::kept(agent, &batch);
            let good = ["first", "last"].map(|name| kept.iter().any(|node| node.name == name));
            assert_eq!(good, [true, true], "{client}: {}", batch.odd);
            let document = document(agent, &templates, batch.nodes.clone());
            let found: Value = match document.content_type {
                "text/yaml" => serde_saphyr::from_str(&document.body).unwrap(),
                "application/json" => serde_json::from_str(&document.body).unwrap(),
                _ => continue,
            };
            // Whole configurations, one a node.
            if let Some(configurations) = found.as_array() {
                assert_eq!(configurations.len(), kept.len(), "{client}: {}", batch.odd);
                continue;
            }
            if let Some(groups) = found.get("policy_groups") {
                let direct = Value::from("DIRECT");
                let proxies = found["proxies"].as_array().unwrap();
                let own = proxies
                    .iter()
                    .flat_map(|proxy| proxy.as_object().unwrap().values());
                let mut own: Vec<&Value> = own.map(|proxy| &proxy["name"]).collect();
                assert_eq!(own.len(), kept.len(), "{client}: {}", batch.odd);
                own.push(&direct);
                let policies = groups[0]["select"]["policies"].as_array().unwrap();
                assert_eq!(own, policies.iter().collect::<Vec<_>>(), "{client}");
                continue;
            }
            if found.get("servers").is_some() {
                let servers = found["servers"].as_array().unwrap();
                assert_eq!(servers.len(), kept.len(), "{client}: {}", batch.odd);
                continue;
            }
            let (own, named) = names(&found);
            assert_eq!(own.len(), kept.len(), "{client}: {}", batch.odd);
            let unique: BTreeSet<&String> = own.iter().collect();
            assert_eq!(unique.len(), own.len(), "{client}: {}", batch.odd);
            assert!(
                unique.iter().all(|name| named.contains(*name)),
                "{client}: {}",
                batch.odd
            );
            let groups = [
                "自动选择",
                "故障转移",
                "节点选择",
                "Demo Panel",
                "DIRECT",
                "REJECT",
                "direct",
            ];
            let strangers: Vec<_> = named
                .iter()
                .filter(|name| !unique.contains(name) && !groups.contains(&name.as_str()))
                .collect();
            assert!(
                strangers.is_empty(),
                "{client}: {}: {strangers:?}",
                batch.odd
            );
        }
    }
}
